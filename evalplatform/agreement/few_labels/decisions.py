"""What comes of a question that was asked item by item."""

from dataclasses import dataclass
from typing import Literal

from evalplatform.agreement.results import Estimate

Side = Literal["above", "below", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a mean is above or below what it is asked about.

    Attributes
    ----------
    null : the mean that is asked about
    side : on which side of it the mean is: ``above``, ``below`` or ``undecided``
    decided_at : items after which it was decided, and asking could have stopped; None where undecided
    anytime : the mean of the items so far, with limits that hold at all looks together
    fixed : the same with the limits of Student's t, which hold at one look, fixed before the first item
    e_value : evidence against the null after the last item: if the null is true it reaches k with a chance of
        1 / k at most, however often one looks
    peeking : price of looking whenever one likes: width of the first interval over that of the second. It takes
        about its square of the items
    """

    null: float
    side: Side
    decided_at: int | None
    anytime: Estimate
    fixed: Estimate
    e_value: float
    peeking: float | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        figures = {"anytime": self.anytime.to_dict(), "fixed": self.fixed.to_dict()}
        others = {"e_value": self.e_value, "peeking": self.peeking}
        return {"null": self.null, "side": self.side, "decided_at": self.decided_at, **figures, **others}
