"""Do raters mark the same passages?"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from annotations.models import Level
from evalplatform.agreement import RatingTable, krippendorff_alpha, percent_agreement
from evalplatform.agreement.spans import Span, span_agreement
from evalplatform.agreement.spans.matching import Unit
from evalplatform.reports.questions.people import INFERENCES, interval_of
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import Subject

Marked = list[tuple[Hashable, str, Sequence[Span]]]
OVERLAPS: tuple[tuple[str, Unit, bool], ...] = (
    ("character_f1", "characters", False),
    ("character_f1_by_category", "characters", True),
    ("span_f1", "spans", False),
    ("span_f1_by_category", "spans", True),
)


def ask_marks(subject: Subject) -> Iterator[Question]:
    """Of every set of two persons or more: whether anything is marked at all, and whether it is the same."""
    if subject.criterion_level != Level.SPANS:
        return
    for group in subject.persons:
        if len(subject.groups[group]) > 1:
            yield from _ask_any(subject, group)
            marked = read_marks(subject, group)
            if any(spans for _, _, spans in marked):
                yield from _ask_overlap(subject, group, marked)


def _ask_any(subject: Subject, group: str) -> Iterator[Question]:
    table = mark_any(subject, group)
    for inference in INFERENCES:
        interval = interval_of(subject, inference)
        asked = partial(Question, criterion=subject.criterion, raters=group, inference=inference)
        yield asked(
            statistic="marks_anything_agreement", answer=partial(percent_agreement, table, **interval)
        )
        yield asked(
            statistic="marks_anything_alpha",
            level="nominal",
            answer=partial(krippendorff_alpha, table, level="nominal", **interval),
        )


def _ask_overlap(subject: Subject, group: str, marked: Marked) -> Iterator[Question]:
    items = {unit: subject.ratings.tasks[str(unit)].item for unit, _, _ in marked}
    for statistic, unit, by_category in OVERLAPS:
        yield Question(
            statistic=statistic,
            criterion=subject.criterion,
            raters=group,
            answer=partial(
                span_agreement,
                marked,
                unit=unit,
                by_category=by_category,
                clusters=items,
                **interval_of(subject, "these_raters"),
            ),
        )


def mark_any(subject: Subject, group: str) -> RatingTable:
    """Whether each rating marks anything."""
    table = subject.cut_table(group, slice={})
    rows = subject.ratings.find_rows(subject.groups[group], slice={})
    held = [subject.ratings.rows[place] for place in np.flatnonzero(rows).tolist()]
    units = table.units[table.unit].tolist()
    return RatingTable.from_arrays(
        units,
        [table.raters[code] for code in table.rater.tolist()],
        ["marked" if row.spans else "unmarked" for row in held],
        level="nominal",
        clusters=[subject.ratings.tasks[unit].item for unit in units],
        kinds=dict(zip(table.raters, table.kinds, strict=True)),
    )


def read_marks(subject: Subject, group: str) -> Marked:
    """What each rater marked in each text, where every passage says where it stands; else nothing."""
    table = subject.ratings.table
    found: dict[tuple[Hashable, str], list[Span]] = {}
    for place in np.flatnonzero(subject.ratings.find_rows(subject.groups[group], slice={})).tolist():
        unit, rater = table.units[table.unit[place]], table.raters[table.rater[place]]
        spans = [_read_span(mark) for mark in subject.ratings.rows[place].spans or ()]
        if None in spans:
            return []
        found.setdefault((unit, rater), []).extend(span for span in spans if span is not None)
    return [(unit, rater, spans) for (unit, rater), spans in found.items()]


def _read_span(mark: Mapping[str, object]) -> Span | None:
    start, end = mark.get("start"), mark.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        return None
    return Span(start, end, str(mark.get("category") or ""), str(mark.get("severity") or ""))
