"""Parts of sentences that set a judge beside people: on the same votes, and on the length of what both prefer."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from annotations.queries.rater_groups import is_simulated
from evalplatform.reports.rows import Row, list_defined
from evalplatform.reports.words.phrases import show_limits, show_points


def compare_with_a_person(rows: Sequence[Row], judge: str, people: str) -> str:
    """How much more or less often than a person the judge says what the others say; empty where that is not known.

    Simulated raters are never called persons.
    """
    row = _find(rows, "same_target_difference", judge, people)
    if row is None or row.low is None or row.high is None:
        return ""
    words = _on_simulated(row.low, row.high) if is_simulated(people) else _on_people(row.low, row.high)
    is_open = row.low <= 0 <= row.high
    return " " + _fill(words, row, rows, show_points(row.estimate or 0.0) if is_open else "")


def _on_people(low: float, high: float) -> str:
    if low <= 0 <= high:
        return _(
            "Held against the same votes, it cannot be told from a person: their agreement with people differs by "
            "%(points)s points%(interval)s."
        )
    if high < 0:
        return _(
            "Held against the same votes, it agrees with people %(points)s points less often than a person "
            "does%(interval)s."
        )
    return _(
        "Held against the same votes, it agrees with people %(points)s points more often than a person "
        "does%(interval)s."
    )


def _on_simulated(low: float, high: float) -> str:
    if low <= 0 <= high:
        return _(
            "Held against the same votes, it cannot be told from one of the SIMULATED raters: their agreement with "
            "the others differs by %(points)s points%(interval)s."
        )
    if high < 0:
        return _(
            "Held against the same votes, it agrees with SIMULATED raters %(points)s points less often than one of "
            "them does%(interval)s."
        )
    return _(
        "Held against the same votes, it agrees with SIMULATED raters %(points)s points more often than one of "
        "them does%(interval)s."
    )


def compare_lengths(rows: Sequence[Row], judge: str, people: str) -> str:
    """A lean to longer or to shorter answers beyond people's, where the interval leaves no doubt of its side."""
    row = _find(rows, "longer_preferred_difference", judge, people)
    if row is None or row.low is None or row.high is None or row.low <= 0 <= row.high:
        return ""
    is_less = row.high < 0
    if is_simulated(people):
        words = (
            _(
                "On the same pairs it prefers the longer answer %(points)s points less often than SIMULATED "
                "raters%(interval)s."
            )
            if is_less
            else _(
                "On the same pairs it prefers the longer answer %(points)s points more often than SIMULATED "
                "raters%(interval)s."
            )
        )
    else:
        words = (
            _(
                "On the same pairs it prefers the longer answer %(points)s points less often than "
                "people%(interval)s."
            )
            if is_less
            else _(
                "On the same pairs it prefers the longer answer %(points)s points more often than "
                "people%(interval)s."
            )
        )
    return " " + _fill(words, row, rows)


def _find(rows: Sequence[Row], statistic: str, judge: str, people: str) -> Row | None:
    held = list_defined(rows, statistic)
    return next((row for row in held if (row.raters, row.against) == (judge, people)), None)


def _fill(text: str, row: Row, rows: Sequence[Row], points: str = "") -> str:
    shown = points or show_points(abs(row.estimate or 0.0))
    return text % {"points": shown, "interval": show_limits(row, rows, show_points)}
