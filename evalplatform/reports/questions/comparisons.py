"""How far do a judge, a metric or a reference agree with people, and with each other?"""

from collections.abc import Iterator
from functools import partial
from itertools import combinations
from typing import Literal

from annotations.queries.rating_set import Slice
from evalplatform.agreement import (
    RULES,
    Inference,
    RatingTable,
    Rule,
    agreement_between,
    agreement_with_plurality,
    krippendorff_alpha,
)
from evalplatform.agreement.arrays import BoolArray
from evalplatform.agreement.cells import count_per_unit
from evalplatform.reports.questions.people import INFERENCES, interval_of, suffix, ties_of, used_values
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.subject import PLAIN, Subject

PLURALITY: tuple[tuple[str, Literal["agreement", "cohen_kappa"]], ...] = (
    ("agreement_with_plurality", "agreement"),
    ("cohen_kappa_with_plurality", "cohen_kappa"),
)


def ask_comparisons(subject: Subject) -> Iterator[Question]:
    """Every judge, metric and reference against every set of people, and against each other."""
    for part, is_turn in slices_of(subject):
        for fixed in subject.fixed:
            for group in subject.persons:
                yield from _ask_against_people(subject, fixed, group, part, is_turn=is_turn)
        for first, second in combinations(subject.fixed, 2):
            yield from _ask_pair(
                subject, first, second, part, inferences=("these_raters",), is_headline=not part
            )
    for first, second in combinations(subject.persons, 2):
        if not subject.groups[first] & subject.groups[second]:
            yield from _ask_pair(subject, first, second, {}, inferences=INFERENCES, is_headline=True)


def slices_of(subject: Subject) -> Iterator[tuple[Slice, bool]]:
    """Everything, then turns, then other slices; with whether the slice belongs to the headline."""
    yield {}, True
    yield from ((part, True) for part in subject.turns)
    yield from ((part, False) for part in subject.parts)


def _ask_against_people(
    subject: Subject, fixed: str, group: str, part: Slice, *, is_turn: bool
) -> Iterator[Question]:
    yield from _ask_pair(subject, fixed, group, part, inferences=INFERENCES, is_headline=is_turn)
    table = subject.cut_table(fixed, group, slice=part)
    sides = split_sides(subject, table, fixed, group)
    if sides is None or subject.has_numbers:
        return
    (rater,), others = sides
    for rule in rules_of(subject, table, sides):
        for ties in ties_of(subject):
            for name, statistic in PLURALITY:
                yield Question(
                    statistic=f"{name}{suffix(ties)}",
                    criterion=subject.criterion,
                    raters=fixed,
                    against=group,
                    slice=part,
                    rule=rule,
                    is_headline=not part and rule in (None, "tie"),
                    answer=partial(
                        agreement_with_plurality,
                        table,
                        rater,
                        others,
                        rule=rule,
                        ties=ties,
                        tie_value="tie" if subject.is_preference else None,
                        statistic=statistic,
                        **interval_of(subject, "these_raters"),
                    ),
                )


def _ask_pair(
    subject: Subject,
    first: str,
    second: str,
    part: Slice,
    *,
    inferences: tuple[Inference, ...],
    is_headline: bool,
) -> Iterator[Question]:
    """Each rating of one side against each of the other on the same answer."""
    table = subject.cut_table(first, second, slice=part)
    sides = split_sides(subject, table, first, second)
    if sides is None:
        return
    if subject.has_numbers:
        yield from _ask_alpha(
            subject, first, second, part, table=table, inferences=inferences, is_headline=is_headline
        )
    for rule in rules_of(subject, table, sides):
        for ties in ties_of(subject):
            for inference in inferences:
                yield Question(
                    statistic=f"percent_agreement{suffix(ties)}",
                    criterion=subject.criterion,
                    raters=first,
                    against=second,
                    slice=part,
                    rule=rule,
                    inference=inference,
                    is_headline=is_headline
                    and not subject.has_numbers
                    and (not part or rule in (None, "tie")),
                    answer=partial(
                        agreement_between,
                        table,
                        *sides,
                        rule=rule,
                        ties=ties,
                        **interval_of(subject, inference),
                    ),
                )


def _ask_alpha(
    subject: Subject,
    first: str,
    second: str,
    part: Slice,
    *,
    table: RatingTable,
    inferences: tuple[Inference, ...],
    is_headline: bool,
) -> Iterator[Question]:
    """Numbers are near or far, not only equal: reliability of both sides together, over what both rated."""
    shared = table.subset(units=find_shared_units(subject, first, second))
    for level in subject.levels:
        for inference in inferences:
            yield Question(
                statistic="krippendorff_alpha",
                level=level,
                criterion=subject.criterion,
                raters=first,
                against=second,
                slice=part,
                inference=inference,
                is_headline=is_headline,
                answer=partial(krippendorff_alpha, shared, level=level, **interval_of(subject, inference)),
            )


def find_shared_units(subject: Subject, one: str, other: str) -> BoolArray:
    """Units of the subject's table that both sets of raters rated."""
    counts = [count_per_unit(subject.cut_table(group, slice={})) for group in (one, other)]
    shared: BoolArray = (counts[0] > 0) & (counts[1] > 0)
    return shared


def split_sides(
    subject: Subject, table: RatingTable, first: str, second: str
) -> tuple[list[str], list[str]] | None:
    """The raters of both sides that rated something here; None where one side did not."""
    present = {table.raters[code] for code in set(table.rater.tolist())}
    sides = (sorted(subject.groups[first] & present), sorted(subject.groups[second] & present))
    return sides if all(sides) else None


def rules_of(
    subject: Subject, table: RatingTable, sides: tuple[list[str], list[str]]
) -> tuple[Rule, ...] | tuple[None]:
    """The three rules, where there are verdicts that they treat differently."""
    has_merged = any(subject.ratings.merged.intersection(side) for side in sides)
    if subject.is_preference and (has_merged or not PLAIN.issuperset(used_values(table))):
        return RULES
    return (None,)
