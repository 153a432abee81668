"""What a caller says of the interval that a figure should get."""

from dataclasses import dataclass, replace
from typing import Literal, Self, TypedDict, get_args

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Inference

NamedMethod = Literal["item_bootstrap", "poisson_bootstrap", "bca", "jackknife_t", "pair_bootstrap"]


class IntervalOptions(TypedDict, total=False):
    """Keyword arguments that every figure with an interval takes; see `Settings`."""

    inference: Inference | None
    resamples: int
    seed: int
    confidence: float
    method: NamedMethod | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the interval should speak of, and how it is drawn.

    ``these_raters`` resamples items, ``rater_population`` items and persons, None gives the figure alone.

    An interval over items is made as the number of items and the data ask for, unless `method` names another
    way: percentiles of draws of items (``item_bootstrap``) or of Poisson weights (``poisson_bootstrap``),
    percentiles corrected for bias and acceleration (``bca``), leaving out one item at a time (``jackknife_t``),
    or, for Krippendorff's alpha alone, draws of single pairs (``pair_bootstrap``). What is named is made so or
    not at all.
    """

    inference: Inference | None = "these_raters"
    resamples: int = 1000
    seed: int = 0
    confidence: float = 0.95
    method: NamedMethod | None = None

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1 or self.resamples < 1:
            raise AgreementError("confidence lies between 0 and 1, and resamples are at least one")
        if self.method not in (None, *get_args(NamedMethod)):
            raise AgreementError(f"no such method: {self.method}")
        if self.method and self.crossed:
            raise AgreementError(
                "an interval for other raters is made in one way: a method is for items alone"
            )

    @property
    def crossed(self) -> bool:
        return self.inference == "rater_population"

    @property
    def over_items(self) -> Self:
        """The same of an interval over items alone."""
        return replace(self, inference="these_raters") if self.crossed else self

    def refuse_method(self) -> None:
        """Refuse a method by name, for a figure whose intervals are made in ways of its own."""
        if self.method:
            raise AgreementError("the intervals of this figure are made in one way: it takes no method")

    def refuse_raters(self, what: str) -> None:
        """Refuse an interval for other raters, for figures (`what`, in the plural) that have none."""
        if self.crossed:
            raise AgreementError(f"{what} come with intervals over items alone, not over raters")
