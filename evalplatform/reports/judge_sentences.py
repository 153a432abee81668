"""Parts of sentences that set a judge beside people: on the same votes, and on the length of what both prefer."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from evalplatform.reports.phrases import show_limits, show_points
from evalplatform.reports.rows import Row, list_defined


def compare_with_a_person(rows: Sequence[Row], judge: str, people: str) -> str:
    """How much more or less often than a person the judge says what the others say; empty where that is not known."""
    row = _find(rows, "same_target_difference", judge, people)
    if row is None or row.low is None or row.high is None:
        return ""
    if row.low <= 0 <= row.high:
        text = _(
            "Held against the same votes, it cannot be told from a person: their agreement with people differs by "
            "%(points)s points%(interval)s."
        )
        return " " + _fill(text, row, rows, show_points(row.estimate or 0.0))
    text = (
        _(
            "Held against the same votes, it agrees with people %(points)s points less often than a person "
            "does%(interval)s."
        )
        if row.high < 0
        else _(
            "Held against the same votes, it agrees with people %(points)s points more often than a person "
            "does%(interval)s."
        )
    )
    return " " + _fill(text, row, rows)


def compare_lengths(rows: Sequence[Row], judge: str, people: str) -> str:
    """A lean to longer or to shorter answers beyond people's, where the interval leaves no doubt of its side."""
    row = _find(rows, "longer_preferred_difference", judge, people)
    if row is None or row.low is None or row.high is None or row.low <= 0 <= row.high:
        return ""
    text = (
        _(
            "On the same pairs it prefers the longer answer %(points)s points less often than people%(interval)s."
        )
        if row.high < 0
        else _(
            "On the same pairs it prefers the longer answer %(points)s points more often than people%(interval)s."
        )
    )
    return " " + _fill(text, row, rows)


def _find(rows: Sequence[Row], statistic: str, judge: str, people: str) -> Row | None:
    held = list_defined(rows, statistic)
    return next((row for row in held if (row.raters, row.against) == (judge, people)), None)


def _fill(text: str, row: Row, rows: Sequence[Row], points: str = "") -> str:
    shown = points or show_points(abs(row.estimate or 0.0))
    return text % {"points": shown, "interval": show_limits(row, rows, show_points)}
