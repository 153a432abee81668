"""Do verdicts follow length and markup, more than people's do, and who would win at equal length?"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

import numpy as np

from evalplatform.agreement import Estimate, RatingTable, apply_rule
from evalplatform.agreement.bias import (
    Comparison,
    longer_preference_rate,
    style_bias,
    style_effects,
    verbosity_bias,
)
from evalplatform.agreement.bias.markup import MARKUP
from evalplatform.agreement.ranking import length_controlled_win_rate
from evalplatform.agreement.ranking.comparisons import SHARES
from evalplatform.reports.questions.beside_people import BesidePeople, list_beside_people
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question, pick_one
from evalplatform.reports.questions.subject import Subject

FEATURES = ("length", *MARKUP)


def ask_lengths(subject: Subject) -> Iterator[Question]:
    """Of preferences between answers whose texts are there, by every set of raters."""
    if not subject.is_preference or not subject.features:
        return
    for group in subject.groups:
        table = _keep_texts(subject, subject.cut_table(group, slice={}))
        if len(table):
            yield from _ask_group(subject, group, table)
            yield from _ask_equal_length(subject, group, table)
    for both in list_beside_people(subject):
        yield from _ask_bias(subject, both.on(_keep_texts(subject, both.table)))


def _keep_texts(subject: Subject, table: RatingTable) -> RatingTable:
    """Verdicts on the pairs whose two texts are there."""
    table = apply_rule(table, "tie")
    if not len(table):
        return table
    there = np.array([unit in subject.features for unit in table.units.tolist()], dtype=np.bool_)
    return table.keep(there[table.unit], reason="text_missing")


def _ask_group(subject: Subject, group: str, table: RatingTable) -> Iterator[Question]:
    interval = interval_of(subject, "these_raters")
    asked = partial(Question, criterion=subject.criterion, raters=group, rule="tie")
    yield asked(
        statistic="longer_preferred",
        answer=partial(longer_preference_rate, table, subject.lengths, **interval),
    )
    effects: Callable[[], Mapping[str, Estimate]] = cache(
        partial(style_effects, table, subject.features, **interval)
    )
    for name in FEATURES:
        yield asked(statistic=f"style_effect:{name}", answer=partial(pick_one, effects, name))


def _ask_bias(subject: Subject, both: BesidePeople) -> Iterator[Question]:
    interval = interval_of(subject, "these_raters")
    sides = (both.table, both.judge, both.people)
    verbosity: Callable[[], Comparison] = cache(partial(verbosity_bias, *sides, subject.lengths, **interval))
    yield both.ask(
        "longer_preferred_difference",
        lambda: verbosity().difference,
        rule="tie",
        is_headline=":" not in both.group,
    )
    styles: Callable[[], Mapping[str, Comparison]] = cache(
        partial(style_bias, *sides, subject.features, **interval)
    )
    for name in FEATURES:
        yield both.ask(f"style_difference:{name}", partial(_pick_difference, styles, name), rule="tie")


def _ask_equal_length(subject: Subject, group: str, table: RatingTable) -> Iterator[Question]:
    """Of each system over all that it met."""
    pairs, lengths = subject.pair_systems(table), subject.lengths
    labels = table.units[table.unit].tolist()
    shares = [SHARES[str(table.categories[code])] for code in table.value.tolist()]
    items = table.cluster[table.unit].tolist()
    for system in sorted({name for unit in set(labels) for name in pairs[unit]}):
        met = [
            (share if pairs[unit][0] == system else 1 - share, pairs[unit].index(system), unit, item)
            for unit, share, item in zip(labels, shares, items, strict=True)
            if system in pairs[unit]
        ]
        yield Question(
            statistic="length_controlled_win_rate",
            criterion=subject.criterion,
            raters=group,
            system=system,
            rule="tie",
            answer=partial(
                _control_length,
                [share for share, _, _, _ in met],
                [lengths[unit][place] for _, place, unit, _ in met],
                [lengths[unit][1 - place] for _, place, unit, _ in met],
                [item for _, _, _, item in met],
                subject,
            ),
        )


def _control_length(
    wins: list[float], own: list[float], others: list[float], items: list[int], subject: Subject
) -> Estimate:
    interval = interval_of(subject, "these_raters")
    return length_controlled_win_rate(wins, own, others, items=items, **interval).rate


def _pick_difference(work_out: Callable[[], Mapping[str, Comparison]], name: str) -> Estimate:
    return work_out()[name].difference
