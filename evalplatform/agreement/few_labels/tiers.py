"""Who can be asked, what they cost and how they vary."""

from dataclasses import dataclass

from evalplatform.agreement.errors import AgreementError

CROWD_PRICE, EXPERT_PRICE = 0.50, 10.0  # US dollars a rating


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """Variances of one vote about the mean that is asked for, as `variance_components` gives them.

    For the mean of a system ``item`` is the variance of items; for the difference of two systems on the same
    items every component is that of the difference: twice the interaction with systems, twice the residual.

    Attributes
    ----------
    item : between items, of what all raters of the kind would say of them
    residual : of a vote within an item, interaction and all
    rater : between raters, of what they would say of all items; 0 where the plan speaks of these raters alone
    """

    item: float
    residual: float
    rater: float = 0.0

    def __post_init__(self) -> None:
        if not min(self.item, self.residual, self.rater) >= 0 or not self.item + self.residual > 0:
            raise AgreementError(
                "components are at least 0, and items or votes vary; put 0 for negative ones"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A kind of rater.

    Attributes
    ----------
    name : such as ``judge``, ``crowd``, ``expert``
    price : of one rating
    components : of their votes
    raters : persons who share the work; None where each vote comes of another person
    correlation : of one of their votes with the verdict of the judge that corrects them, in [-1, 1]; its
        square is at most the share of ``item`` in ``item`` and ``residual``
    """

    name: str
    price: float
    components: Components
    raters: int | None = None
    correlation: float = 0.0

    def __post_init__(self) -> None:
        if not self.price >= 0 or not -1 <= self.correlation <= 1 or (self.raters or 1) < 1:
            raise AgreementError("a price is at least 0, a correlation in [-1, 1], and raters one at least")
        held = self.components
        if self.correlation**2 * (held.item + held.residual) > held.item + 1e-9:
            most = (held.item / (held.item + held.residual)) ** 0.5
            raise AgreementError(f"votes that vary so within items correlate with no judge above {most:.3f}")

    def variance(self, items: int, overlap: int, judged: int) -> float:
        """Variance of the mean of `items` with `overlap` votes each, corrected by a judge of `judged` others.

        The judge takes away rho^2 N / (N + n) of what labels vary by, with rho of the mean of `overlap` votes;
        it knows nothing of which raters were asked.
        """
        held = self.components
        of_item = held.item + held.residual / overlap
        follows = max(self.correlation, 0.0) ** 2 * (held.item + held.residual) / of_item if of_item else 0.0
        saved = follows * judged / (judged + items)
        # each item's votes come of different persons, so that no more than items * overlap take part
        persons = items * overlap if self.raters is None else min(self.raters, items * overlap)
        return of_item / items * (1 - saved) + held.rater / persons
