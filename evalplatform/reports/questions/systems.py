"""Which system is better, by people and by each judge?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial

from annotations.models import TaskKind
from annotations.queries.rating_set import Slice
from evalplatform.agreement import Estimate, Inference, RatingTable, Rule, apply_rule, win_rates
from evalplatform.agreement.arrays import BoolArray
from evalplatform.agreement.cells import count_per_unit
from evalplatform.agreement.means import mean_value, value_rate
from evalplatform.agreement.preferences import TIES
from evalplatform.agreement.votes import take_plurality
from evalplatform.reports.questions.comparisons import slices_of
from evalplatform.reports.questions.people import INFERENCES, interval_of, used_values
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import PLAIN, Subject


def ask_systems(subject: Subject) -> Iterator[Question]:
    """Win rates and ties of preferences, mean scores of numbers, by every set of raters."""
    for part, is_turn in slices_of(subject):
        for group in subject.groups:
            table = subject.cut_table(group, slice=part)
            if not len(table) and not table.excluded:
                continue
            inferences = INFERENCES if group in subject.persons else INFERENCES[:1]
            for inference in inferences:
                if subject.is_preference:
                    yield _ask_ties(subject, group, table, part, inference, is_headline=is_turn)
                    yield from _ask_wins(subject, group, table, part, inference, is_headline=not part)
                elif subject.has_numbers and subject.ratings.criterion.kind == TaskKind.SINGLE:
                    yield from _ask_scores(subject, group, table, part, inference)


def _ask_ties(
    subject: Subject, group: str, table: RatingTable, part: Slice, inference: Inference, *, is_headline: bool
) -> Question:
    """Under the rule that takes inconsistent verdicts for ties, where there are any."""
    is_plain = PLAIN.issuperset(used_values(table)) and not subject.groups[group] & subject.ratings.merged
    rule: Rule | None = None if is_plain else "tie"
    return Question(
        statistic="tie_rate",
        criterion=subject.criterion,
        raters=group,
        slice=part,
        rule=rule,
        inference=inference,
        is_headline=is_headline,
        answer=partial(value_rate, table, TIES, rule=rule, **interval_of(subject, inference)),
    )


def _ask_wins(
    subject: Subject,
    group: str,
    table: RatingTable,
    part: Slice,
    inference: Inference,
    *,
    is_headline: bool = False,
) -> Iterator[Question]:
    units = {str(table.units[code]) for code in sorted(set(table.unit.tolist()))}
    pairs = {
        unit: (systems[0], systems[1])
        for unit in units
        if len(systems := subject.ratings.tasks[unit].systems) == 2
    }

    @cache
    def work_out() -> Mapping[str, Estimate]:
        return win_rates(table, pairs, **interval_of(subject, inference))

    for system in sorted({name for names in pairs.values() for name in names}):
        yield Question(
            statistic="win_rate",
            criterion=subject.criterion,
            raters=group,
            system=system,
            slice=part,
            inference=inference,
            is_headline=is_headline,
            answer=lambda system=system: work_out()[system],  # type: ignore[misc]  # bound now, called later
        )


def _ask_scores(
    subject: Subject, group: str, table: RatingTable, part: Slice, inference: Inference
) -> Iterator[Question]:
    for system, of_system in _split_by_system(subject, table):
        yield Question(
            statistic="mean_score",
            criterion=subject.criterion,
            raters=group,
            system=system,
            slice=part,
            inference=inference,
            is_headline=not part,
            answer=partial(mean_value, of_system, **interval_of(subject, inference)),
        )


def ask_matched(subject: Subject) -> Iterator[Question]:
    """The same over the tasks that a judge and people both rated: only there may their figures be compared."""
    if not subject.is_preference:
        return
    for fixed in subject.fixed:
        for group in subject.persons:
            both = find_shared_units(subject, fixed, group)
            if not both.any():
                continue
            judge = subject.cut_table(fixed, slice={}).subset(units=both)
            people = subject.cut_table(group, slice={}).subset(units=both)
            plurality = take_plurality(apply_rule(people, "tie"), tie_value="tie")
            yield from (
                replace(question, against=group)
                for question in _ask_wins(subject, fixed, judge, {}, "these_raters")
            )
            yield from (
                replace(question, statistic="win_rate_of_plurality", against=fixed)
                for question in _ask_wins(subject, group, plurality, {}, "these_raters")
            )


def find_shared_units(subject: Subject, one: str, other: str) -> BoolArray:
    """Units of the subject's table that both sets of raters rated."""
    counts = [count_per_unit(subject.cut_table(group, slice={})) for group in (one, other)]
    shared: BoolArray = (counts[0] > 0) & (counts[1] > 0)
    return shared


def _split_by_system(subject: Subject, table: RatingTable) -> Iterator[tuple[str, RatingTable]]:
    import numpy as np

    systems = np.array([task.systems[0] if task.systems else "" for task in subject.ratings.unit_tasks])
    for system in sorted(set(systems[table.unit].tolist()) - {""}):
        yield str(system), table.subset(units=systems == system)
