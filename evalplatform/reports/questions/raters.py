"""How good is each person, by the others: agreement with the rest, ability, drift, spam, leniency."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

import numpy as np

from annotations.models import Origin
from evalplatform.agreement import (
    Estimate,
    RatingTable,
    agreement_with_rest,
    apply_rule,
    pairwise_coefficients,
)
from evalplatform.agreement.consensus import dawid_skene, rater_ability, rater_drift, spam_scores
from evalplatform.reports.questions.beside_people import BesidePeople
from evalplatform.reports.questions.people import interval_of
from evalplatform.reports.questions.question import Question, pick_one, state
from evalplatform.reports.questions.scale import ask_scale_use
from evalplatform.reports.questions.subject import Subject

FEWEST = 3  # persons: of two, neither is the crowd
MOST_FOR_PAIRS = 12  # persons, beyond whom a picture says more than a row for each pair


def ask_raters(subject: Subject) -> Iterator[Question]:
    """Every person in every set of three or more, apart from positions that are no persons."""
    for group in subject.persons:
        table = subject.cut_table(group, slice={})
        if subject.is_preference:
            table = apply_rule(table, "tie")
        if len(table) and "slot" not in table.kinds:
            names = [table.raters[code] for code in sorted(set(table.rater.tolist()))]
            if len(names) >= FEWEST:
                yield from _ask_each(subject, group, table, names)
            if 2 < len(names) <= MOST_FOR_PAIRS and ":" not in group:
                yield from _ask_pairs(subject, group, table)


def _ask_each(subject: Subject, group: str, table: RatingTable, names: list[str]) -> Iterator[Question]:
    interval = interval_of(subject, "these_raters")
    answers: dict[str, Callable[[], Mapping[str, Estimate]]] = {
        "agreement_with_rest": partial(agreement_with_rest, table, **interval),
        "ability": partial(rater_ability, table, **interval),
        "spam_score": partial(_score_spam, table),
    }
    if order := _find_order(subject, group):
        answers["drift"] = partial(rater_drift, table, order, **interval)
    for statistic, answer in answers.items():
        work_out = cache(answer)
        for name in names:
            yield Question(
                statistic=statistic,
                criterion=subject.criterion,
                raters=subject.labels_of_raters[name],
                against=group,
                answer=partial(pick_one, work_out, name),
            )
    if subject.has_numbers:
        for name in names:
            yield from ask_scale_use(
                subject,
                BesidePeople(
                    criterion=subject.criterion,
                    fixed=subject.labels_of_raters[name],
                    group=group,
                    judge=name,
                    people=[other for other in names if other != name],
                    table=table,
                ),
            )


def _score_spam(table: RatingTable) -> dict[str, Estimate]:
    return spam_scores(dawid_skene(table))


def _find_order(subject: Subject, group: str) -> list[int]:
    """The order in which the ratings came in; empty where some were imported, and it is not known."""
    rows = subject.ratings.find_rows(subject.groups[group], slice={})
    held = [subject.ratings.rows[place] for place in np.flatnonzero(rows).tolist()]
    live = {rater.pk for rater in subject.ratings.raters.values() if rater.origin == Origin.LIVE}
    return [row.annotation for row in held] if all(row.rater in live for row in held) else []


def _ask_pairs(subject: Subject, group: str, table: RatingTable) -> Iterator[Question]:
    """Every person with every other."""
    found = pairwise_coefficients(table, "agreement")
    for place, one in enumerate(found.raters):
        for column in range(place + 1, len(found.raters)):
            yield Question(
                statistic="pair_agreement",
                criterion=subject.criterion,
                raters=subject.labels_of_raters[one],
                against=subject.labels_of_raters[found.raters[column]],
                answer=partial(
                    state,
                    found.values[place][column],
                    n=found.pairs[place][column],
                    n_unit="units",
                    undefined=found.undefined[place][column],
                ),
            )
