"""May a judge stand in for people: both held against the same votes, and numbers against people's mean."""

from collections.abc import Iterator
from functools import cache, partial

from evalplatform.agreement import Estimate, Inference, RatingTable, Rule
from evalplatform.agreement.against_people import numbers_against_people, same_target
from evalplatform.agreement.against_people.paired_numbers import Association
from evalplatform.reports.questions.comparisons import rules_of, split_sides
from evalplatform.reports.questions.people import INFERENCES, interval_of
from evalplatform.reports.questions.question import Question, pick_one
from evalplatform.reports.questions.subject import Subject

FIGURES = ("judge", "people", "difference", "relative_to_people")
ASSOCIATIONS: tuple[Association, ...] = ("pearson", "spearman", "mean_absolute_error")


def ask_stand_in(subject: Subject) -> Iterator[Question]:
    """Every judge and the like against every set of persons."""
    for fixed in subject.fixed:
        for group in subject.persons:
            table = subject.cut_table(fixed, group, slice={})
            sides = split_sides(subject, table, fixed, group)
            if sides is None:
                continue
            (rater,), people = sides
            if subject.has_numbers:
                yield from _ask_numbers(subject, table, fixed, group, rater, list(people))
            elif len(people) > 1:
                for rule in rules_of(subject, table, sides):
                    for inference in INFERENCES:
                        yield from _ask_target(
                            subject, table, fixed, group, rater, list(people), rule=rule, inference=inference
                        )


def _ask_target(
    subject: Subject,
    table: RatingTable,
    fixed: str,
    group: str,
    rater: str,
    people: list[str],
    *,
    rule: Rule | None,
    inference: Inference,
) -> Iterator[Question]:
    @cache
    def work_out() -> dict[str, Estimate]:
        found = same_target(table, rater, people, rule=rule, **interval_of(subject, inference))
        return {name: getattr(found, name) for name in FIGURES}

    for name in FIGURES:
        yield Question(
            statistic=f"same_target_{name}",
            criterion=subject.criterion,
            raters=fixed,
            against=group,
            rule=rule,
            inference=inference,
            answer=partial(pick_one, work_out, name),
        )


def _ask_numbers(
    subject: Subject, table: RatingTable, fixed: str, group: str, rater: str, people: list[str]
) -> Iterator[Question]:
    """Over outputs, and over the means of systems: two questions with answers that may differ widely."""
    asked = partial(Question, criterion=subject.criterion, raters=fixed, against=group, level="interval")
    interval = interval_of(subject, "these_raters")
    for name in ASSOCIATIONS:
        answer = partial(numbers_against_people, table, rater, people, name, **interval)
        yield asked(statistic=f"{name}_with_mean", answer=answer)
    systems = [subject.ratings.tasks[unit].systems for unit in table.units.tolist()]
    if all(len(names) == 1 for names in systems) and len({names[0] for names in systems}) > 1:
        answer = partial(
            numbers_against_people,
            table,
            rater,
            people,
            "kendall_tau_b",
            systems=[names[0] for names in systems],
            **interval,
        )
        yield asked(statistic="system_kendall_tau_b", answer=answer)
