"""What a caller says of the interval that a figure should get."""

from dataclasses import dataclass
from typing import TypedDict

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Inference


class IntervalOptions(TypedDict, total=False):
    """Keyword arguments that every figure with an interval takes; see `Settings`."""

    inference: Inference | None
    resamples: int
    seed: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the interval should speak of, and how it is drawn.

    ``these_raters`` resamples items, ``rater_population`` items and persons, None gives the figure alone.
    """

    inference: Inference | None = "these_raters"
    resamples: int = 1000
    seed: int = 0
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1 or self.resamples < 1:
            raise AgreementError("confidence lies between 0 and 1, and resamples are at least one")

    @property
    def crossed(self) -> bool:
        return self.inference == "rater_population"
