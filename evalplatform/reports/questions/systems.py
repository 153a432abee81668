"""Which system is better, by people and by each judge?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial

from annotations.models import TaskKind
from annotations.queries.rating_set import Slice
from evalplatform.agreement import Estimate, Inference, RatingTable, Rule, apply_rule, win_rates
from evalplatform.agreement.means import mean_value, value_rate
from evalplatform.agreement.preferences import TIES
from evalplatform.agreement.votes import take_plurality
from evalplatform.reports.questions.comparisons import find_shared_units, slices_of
from evalplatform.reports.questions.people import INFERENCES, interval_of, used_values
from evalplatform.reports.questions.question import Question, write_value
from evalplatform.reports.questions.subject import PLAIN, Subject

VALUE_RATE = "value_rate:"  # and the value


def ask_systems(subject: Subject) -> Iterator[Question]:
    """Win rates and ties of preferences, mean scores of numbers, rates of labels, by every set of raters."""
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
                elif subject.ratings.criterion.kind == TaskKind.SINGLE:
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

    @cache
    def work_out() -> Mapping[str, Estimate]:
        return win_rates(table, subject.pairs, **interval_of(subject, inference))

    rated = {table.units[code] for code in set(table.unit.tolist())}
    for system in sorted({name for unit in rated for name in subject.pairs.get(unit, ())}):
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
    """Each system's mean score or, where values are labels, how often it was given each of them."""
    values = () if subject.has_numbers else subject.labels
    for system, of_system in _split_by_system(subject, table):
        asked = partial(
            Question,
            criterion=subject.criterion,
            raters=group,
            system=system,
            slice=part,
            inference=inference,
            is_headline=not part,
        )
        interval = interval_of(subject, inference)
        if subject.has_numbers:
            yield asked(statistic=subject.mean_name, answer=partial(mean_value, of_system, **interval))
        for value in values:
            yield asked(
                statistic=f"{VALUE_RATE}{write_value(value)}",
                answer=partial(value_rate, of_system, {value}, **interval),
            )


def ask_matched(subject: Subject) -> Iterator[Question]:
    """The same over the tasks that a judge and people both rated: only there may their figures be compared."""
    for fixed in subject.fixed:
        for group in subject.persons:
            both = find_shared_units(subject, fixed, group)
            if both.any():
                judge, people = (
                    subject.cut_table(side, slice={}).subset(units=both) for side in (fixed, group)
                )
                yield from _ask_matched(subject, fixed, group, judge, people)


def _ask_matched(
    subject: Subject, fixed: str, group: str, judge: RatingTable, people: RatingTable
) -> Iterator[Question]:
    is_headline = ":" not in group
    of_judge: Iterator[Question]
    of_people: Iterator[Question]
    if subject.is_preference:
        plurality = take_plurality(apply_rule(people, "tie"), tie_value="tie")
        of_judge = _ask_wins(subject, fixed, judge, {}, "these_raters")
        of_people = (
            replace(question, statistic="win_rate_of_plurality")
            for question in _ask_wins(subject, group, plurality, {}, "these_raters")
        )
    elif subject.ratings.criterion.kind == TaskKind.SINGLE:
        of_judge = _ask_scores(subject, fixed, judge, {}, "these_raters")
        of_people = _ask_scores(subject, group, people, {}, "these_raters")
    else:
        return
    yield from (replace(question, against=group, is_headline=is_headline) for question in of_judge)
    yield from (replace(question, against=fixed, is_headline=is_headline) for question in of_people)


def _split_by_system(subject: Subject, table: RatingTable) -> Iterator[tuple[str, RatingTable]]:
    import numpy as np

    systems = np.array([task.systems[0] if task.systems else "" for task in subject.ratings.unit_tasks])
    for system in sorted(set(systems[table.unit].tolist()) - {""}):
        yield str(system), table.subset(units=systems == system)
