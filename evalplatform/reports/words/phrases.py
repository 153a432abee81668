"""Parts of sentences: shares, numbers, and intervals that name what they speak of."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from evalplatform.reports.rows import Row

SPACE = "\xa0"


def show_share(value: float) -> str:
    """A share in per cent; what is not quite all, or not quite nothing, does not look like it."""
    for digits in (0, 1):
        shown = f"{100 * value:.{digits}f}"
        if float(shown) not in (0.0, 100.0) or value in (0.0, 1.0):
            return f"{shown}{SPACE}%"
    share = f"{99.9 if value > 0.5 else 0.1}{SPACE}%"
    return (_("over %(share)s") if value > 0.5 else _("under %(share)s")) % {"share": share}


def show_number(value: float) -> str:
    return f"{value:.2f}"


def show_points(value: float) -> str:
    """A difference of shares in percentage points."""
    return f"{100 * value:.1f}"


def show_intervals(row: Row, rows: Sequence[Row], *, is_share: bool) -> str:
    """The interval over other items and, where there is one, over other raters as well; with its brackets."""
    return show_limits(row, rows, show_share if is_share else show_number)


def show_limits(row: Row, rows: Sequence[Row], show: Callable[[float], str]) -> str:
    """The same in numbers written in a certain way."""
    items, raters = (_limits(held, show) for held in (row, find_population(row, rows)))
    if not items:
        return ""
    text = _("95 %% interval over other items %(items)s") % {"items": items}
    if raters:
        text += _("; over other raters too %(raters)s") % {"raters": raters}
    return f" ({text.replace(' %', f'{SPACE}%')})"


def find_population(row: Row, rows: Sequence[Row]) -> Row | None:
    """The same figure as a statement about other raters."""
    described = row.describe()
    return next(
        (other for other in rows if other.inference == "rater_population" and other.describe() == described),
        None,
    )


def _limits(row: Row | None, show: Callable[[float], str]) -> str:
    if row is None or row.low is None or row.high is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": show(row.low), "high": show(row.high)}
