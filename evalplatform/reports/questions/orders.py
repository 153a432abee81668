"""Does a judge keep its verdict when the two answers change places, and how often is it a tie?"""

from collections.abc import Iterator
from functools import partial

from annotations.queries.rating_set import Slice, is_in_slice
from evalplatform.agreement import inconsistency_rate
from evalplatform.reports.questions.comparisons import find_shared_units, slices_of
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.positions import Orders
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import Subject


def ask_orders(subject: Subject) -> Iterator[Question]:
    """Inconsistency of every judge whose two orders were merged, consistency where both orders are on record."""
    if not subject.is_preference:
        return
    for part, is_turn in slices_of(subject):
        for fixed in subject.fixed:
            table = subject.cut_table(fixed, slice=part)
            if len(table) and subject.groups[fixed] & subject.ratings.merged:
                yield Question(
                    statistic="inconsistency_rate",
                    criterion=subject.criterion,
                    raters=fixed,
                    slice=part,
                    is_headline=is_turn,
                    answer=partial(inconsistency_rate, table, **interval_of(subject, "these_raters")),
                )
                yield from _ask_matched(subject, fixed, part)
            yield from _ask_consistency(subject, fixed, part, is_headline=is_turn)


def _ask_matched(subject: Subject, fixed: str, part: Slice) -> Iterator[Question]:
    """Over the tasks that people rated too."""
    if part:
        return
    for group in subject.persons:
        both = find_shared_units(subject, fixed, group)
        table = subject.cut_table(fixed, slice=part).subset(units=both)
        yield Question(
            statistic="inconsistency_rate",
            criterion=subject.criterion,
            raters=fixed,
            against=group,
            answer=partial(inconsistency_rate, table, **interval_of(subject, "these_raters")),
        )


def _ask_consistency(subject: Subject, fixed: str, part: Slice, *, is_headline: bool) -> Iterator[Question]:
    keys = subject.groups[fixed]
    held = [
        (unit, forward, swapped)
        for rater, unit, forward, swapped in subject.ratings.orders
        if rater in keys and is_in_slice(subject.ratings.tasks[unit], part)
    ]
    if not held:
        return
    found = Orders(subject, sorted(held, key=lambda verdict: verdict[0]))
    for statistic, answer in (
        ("position_consistency", found.find_consistency),
        ("first_share", found.find_first_share),
        ("primacy", partial(found.find_bias, "primacy")),
        ("recency", partial(found.find_bias, "recency")),
        ("order_fairness_p", found.test_fairness),
    ):
        yield Question(
            statistic=statistic,
            criterion=subject.criterion,
            raters=fixed,
            slice=part,
            is_headline=is_headline,
            answer=answer,
        )
