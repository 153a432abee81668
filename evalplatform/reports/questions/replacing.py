"""Could a judge take the place of a person: the published tests, each with its own yardstick."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

import numpy as np

from evalplatform.agreement import Estimate, RatingTable, Rule, Undefined, apply_rule
from evalplatform.agreement.against_people import (
    alt_test,
    describe_votes,
    may_replace_people,
    noise_ceiling,
)
from evalplatform.reports.questions.beside_people import BesidePeople, list_beside_people
from evalplatform.reports.questions.comparisons import rules_of
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question, pick_one, state
from evalplatform.reports.questions.subject import Subject

MARGIN = 0.05  # of agreement, that a judge may lose and still stand in
EPSILONS = (0.1, 0.15, 0.2)  # the alternative annotator test's: for a crowd, skilled raters, experts
VOTES = ("agreement", "people", "bias", "variance")
FEWEST = 2  # persons, one to be left out


def ask_replacing(subject: Subject) -> Iterator[Question]:
    """Noise ceiling of people; every judge and the like against every set of persons, where values are names."""
    if subject.has_numbers:
        return
    for group in subject.persons:
        table = subject.cut_table(group, slice={})
        if len(subject.groups[group]) >= FEWEST and len(table):
            yield from _ask_ceiling(subject, group, table)
    for both in list_beside_people(subject):
        if len(both.people) >= FEWEST:
            rule: Rule | None = rules_of(subject, both.table, ([both.judge], both.people))[0]
            yield from _ask_tests(subject, both, rule)


def _ask_ceiling(subject: Subject, group: str, table: RatingTable) -> Iterator[Question]:
    rule: Rule | None = "tie" if subject.is_preference else None
    work_out: Callable[[], Mapping[str, Estimate]] = cache(
        lambda: _both_ends(noise_ceiling(table, rule=rule, **interval_of(subject, "these_raters")))
    )
    for end in ("lower", "upper"):
        yield Question(
            statistic=f"noise_ceiling_{end}",
            criterion=subject.criterion,
            raters=group,
            rule=rule,
            answer=partial(pick_one, work_out, end),
        )


def _both_ends(found: object) -> dict[str, Estimate]:
    return {end: getattr(found, end) for end in ("lower", "upper")}


def _ask_tests(subject: Subject, both: BesidePeople, rule: Rule | None) -> Iterator[Question]:
    answer = partial(_decide, subject, both, rule)
    yield both.ask(f"may_replace_people:{MARGIN}", answer, rule=rule)
    for epsilon in EPSILONS:
        answer = partial(_test, both, rule, epsilon)
        yield both.ask(f"alt_test_winning_rate:{epsilon}", answer, rule=rule)
    votes: Callable[[], Mapping[str, Estimate]] = cache(
        partial(_describe, apply_rule(both.table, rule), both.judge, both.people)
    )
    for name in VOTES:
        yield both.ask(f"vote_{name}", partial(pick_one, votes, name), rule=rule)


def _decide(subject: Subject, both: BesidePeople, rule: Rule | None) -> Estimate:
    """1 for yes and 0 for no; undefined where the data do not say."""
    found = may_replace_people(
        both.table,
        both.judge,
        both.people,
        margin=MARGIN,
        unreadable=_count_unreadable(subject, both.judge),
        rule=rule,
        **interval_of(subject, "these_raters"),
    )
    say = partial(state, n=found.items, n_unit="items")
    if found.answer == "not_enough_data":
        few: Undefined = "too_few_raters" if found.reason == "too_few_people" else "too_few_items"
        return say(None, undefined=few)
    return say(float(found.answer == "yes"))


def _count_unreadable(subject: Subject, judge: str) -> int:
    """Tasks, not rows: a verdict in two orders is one."""
    reasons = ("unparsable", "refused")
    lost = {
        task.unit for rater, task, reason in subject.ratings.excluded if rater == judge and reason in reasons
    }
    return len(lost)


def _test(both: BesidePeople, rule: Rule | None, epsilon: float) -> Estimate:
    """Share of the people whom the judge beats."""
    found = alt_test(both.table, both.judge, both.people, epsilon=epsilon, rule=rule)
    return state(found.winning_rate, n=len(found.p_values), n_unit="raters", undefined=found.undefined)


def _describe(table: RatingTable, judge: str, people: list[str]) -> dict[str, Estimate]:
    """AlpacaEval's figures over the units that the judge rated."""
    columns = {name: _list_votes(table, [name]) for name in (judge, *people)}
    units = sorted(columns[judge])
    crowd = _list_votes(table, people)
    found = describe_votes(
        _pad([columns[judge][unit] for unit in units]), _pad([crowd.get(u, []) for u in units])
    )
    scores = {name: getattr(found, name) for name in VOTES}
    return {
        name: state(score.score, n=score.n, n_unit="units", undefined=score.undefined)
        for name, score in scores.items()
    }


def _list_votes(table: RatingTable, raters: list[str]) -> dict[int, list[object]]:
    """What these raters said of each unit (code)."""
    found: dict[int, list[object]] = {}
    for row in np.flatnonzero(np.isin(table.rater, table.codes_of(raters))).tolist():
        found.setdefault(int(table.unit[row]), []).append(table.categories[table.value[row]])
    return found


def _pad(rows: list[list[object]]) -> list[list[object]]:
    width = max(map(len, rows), default=0)
    return [[*row, *[None] * (width - len(row))] for row in rows]
