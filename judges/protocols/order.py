"""Orders of presentation, and verdicts against the canonical order."""

IN_ORDER, SWAPPED = "0,1", "1,0"
OTHER = {"first": "second", "second": "first"}


def read_order(shown_order: str) -> list[int]:
    """Canonical positions in the order in which they were shown; empty is the only one of a single answer."""
    return [int(position) for position in shown_order.split(",")] if shown_order else [0]


def fit_order(shown_order: str, size: int) -> list[int]:
    """The order for `size` answers, where it is of another number: without those that are not, the rest behind."""
    order = [place for place in read_order(shown_order) if place < size]
    return order + [place for place in range(size) if place not in order]


def turn_to_canonical(verdict: str, shown_order: str) -> str:
    """What a verdict on what was shown means for the canonical order."""
    return OTHER.get(verdict, verdict) if shown_order == SWAPPED else verdict
