"""Do people agree with each other?"""

from collections.abc import Iterator
from functools import partial
from typing import Literal, TypedDict, Unpack

from annotations.queries.rating_set import Slice
from evalplatform.agreement import (
    Inference,
    RatingTable,
    Rule,
    apply_rule,
    krippendorff_alpha,
    percent_agreement,
)
from evalplatform.agreement import Level as TableLevel
from evalplatform.agreement.preferences import Ties
from evalplatform.agreement.results import Estimate
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import PLAIN, Subject

INFERENCES: tuple[Inference, ...] = ("these_raters", "rater_population")
Mean = Literal["micro", "macro"]
MEANS: tuple[Mean, ...] = ("micro", "macro")


class Interval(TypedDict):
    """How an interval is made."""

    inference: Inference
    seed: int
    resamples: int


def ask_people(subject: Subject) -> Iterator[Question]:
    """Agreement and reliability of every set of two persons or more, whole and in slices."""
    for group in subject.persons:
        if len(subject.groups[group]) < 2:
            continue
        for part in ({}, *subject.turns):
            yield from _ask(subject, group, part, is_headline=True)
        for part in subject.parts:
            yield from _ask(subject, group, part, is_headline=False)


def _ask(subject: Subject, group: str, part: Slice, *, is_headline: bool) -> Iterator[Question]:
    table = subject.cut_table(group, slice=part)
    if not len(table):
        return
    rule: Rule | None = "tie" if subject.is_preference and not PLAIN.issuperset(used_values(table)) else None
    for inference in INFERENCES:
        interval = interval_of(subject, inference)
        asked = partial(
            Question, criterion=subject.criterion, raters=group, slice=part, rule=rule, inference=inference
        )
        for ties in ties_of(subject):
            for mean in MEANS:
                yield asked(
                    statistic=f"percent_agreement{'' if mean == 'micro' else '_macro'}{suffix(ties)}",
                    is_headline=is_headline and mean == "micro",
                    answer=partial(percent_agreement, table, mean=mean, rule=rule, ties=ties, **interval),
                )
            for level in (*subject.levels, *subject.other_levels):
                yield asked(
                    statistic=f"krippendorff_alpha{suffix(ties)}",
                    level=level,
                    is_headline=is_headline and level in subject.levels,
                    answer=partial(find_alpha, table, level=level, rule=rule, ties=ties, **interval),
                )


def find_alpha(
    table: RatingTable, *, level: TableLevel, rule: Rule | None, ties: Ties, **interval: Unpack[Interval]
) -> Estimate:
    """Krippendorff's alpha; without ties it is over the verdicts that name a winner."""
    held = apply_rule(table, rule) if rule else table
    if ties == "without":
        held = held.drop_values(["tie"], reason="tie")
    return krippendorff_alpha(held, level=level, **interval)


def interval_of(subject: Subject, inference: Inference) -> Interval:
    return {"inference": inference, "seed": subject.seed, "resamples": subject.resamples}


def ties_of(subject: Subject) -> tuple[Ties, ...]:
    """Preferences are looked at with their ties and without."""
    return ("with", "without") if subject.is_preference else ("with",)


def suffix(ties: Ties) -> str:
    return "" if ties == "with" else "_without_ties"


def used_values(table: RatingTable) -> set[object]:
    """The values that occur in a table; its scale may name more."""
    return {table.categories[code] for code in sorted(set(table.value.tolist()))}
