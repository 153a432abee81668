"""What of an answer is compared, and whether it is as expected."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias  # a passage is JSON

from django.db.models import Q, QuerySet

from annotations.models import Rating
from annotations.queries.marked_apart import measure_marks_apart

ROUNDING = 1e-9  # a distance of exactly the share is within it
MARKS_APART = "marks_apart"  # in `meta` of an expected rating: the share of its marks that may lie apart


@dataclass(frozen=True, slots=True)
class Marks:
    """Marked passages; of an expected answer `apart` is the share, 0 to 1, that may lie apart from them."""

    spans: list[dict[str, Any]]
    apart: float | None = None


Value: TypeAlias = tuple[float | None, str | None, str | None] | Marks  # number, code, absent
Said: TypeAlias = dict[int, Value]  # by criterion


def read_said(ratings: QuerySet[Rating], *, marks: Collection[int] = ()) -> dict[tuple[int, int, int], Said]:
    """What can be compared, by task, rater and repeat: no texts, and marked passages of these criteria (ids) alone."""
    return _read(ratings.filter(Q(spans__isnull=True) | Q(criterion__in=marks)))


def read_expected(ratings: QuerySet[Rating]) -> dict[int, Said]:
    """By task, what answers are held against: marked passages where it is said how far they may lie apart."""
    held = _read(ratings.filter(Q(spans__isnull=True) | Q(**{f"meta__{MARKS_APART}__isnull": False})))
    return {task: said for (task, _rater, _repeat), said in held.items()}


def list_marked(expected: Iterable[Said]) -> set[int]:
    """Criteria (ids) whose marked passages are compared."""
    return {criterion for said in expected for criterion, value in said.items() if isinstance(value, Marks)}


def agrees(expected: Said, said: Said) -> bool:
    """Whether every expected value was said."""
    return all(_meets(value, said.get(criterion)) for criterion, value in expected.items())


def measure_apart(expected: Said, said: Said) -> dict[int, float]:
    """How far, 0 to 1, an answer's marks lie from expected ones, by criterion, where both have any."""
    apart = {}
    for criterion, value in expected.items():
        given = said.get(criterion)
        if isinstance(value, Marks) and isinstance(given, Marks) and value.spans and given.spans:
            apart[criterion] = measure_marks_apart(value.spans, given.spans)
    return apart


def _read(ratings: QuerySet[Rating]) -> dict[tuple[int, int, int], Said]:
    held: dict[tuple[int, int, int], Said] = defaultdict(dict)
    rows = ratings.filter(text__isnull=True).order_by("pk")
    fields = ("annotation__task_id", "annotation__rater_id", "annotation__repeat", "criterion_id")
    values = ("number", "code", "absent", "spans", "meta")
    for task, rater, repeat, criterion, *said in rows.values_list(*fields, *values):
        number, code, absent, spans, meta = said
        held[task, rater, repeat][criterion] = (
            (number, code, absent) if spans is None else Marks(spans, (meta or {}).get(MARKS_APART))
        )
    return held


def _meets(expected: Value, said: Value | None) -> bool:
    if not isinstance(expected, Marks):
        return said == expected
    if not isinstance(said, Marks) or expected.apart is None:
        return False
    if not expected.spans or not said.spans:  # that nothing is wrong is met by that alone
        return not expected.spans and not said.spans
    return measure_marks_apart(expected.spans, said.spans) <= expected.apart + ROUNDING
