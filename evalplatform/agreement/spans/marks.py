"""A marked passage."""

from dataclasses import dataclass

from evalplatform.agreement.errors import AgreementError


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters from `start` to before `end` of a text, with what a rater says of them.

    Parameters
    ----------
    start, end : offsets in characters, 0 <= start < end
    category, severity : of an error; empty where nothing was said
    """

    start: int
    end: int
    category: str = ""
    severity: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise AgreementError(f"a span ends after it starts, and not from {self.start} to {self.end}")

    def overlap(self, other: "Span") -> int:
        """How many characters both hold."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))
