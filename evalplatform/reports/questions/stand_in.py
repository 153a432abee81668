"""May a judge stand in for people: both held against the same votes, and numbers against people's mean."""

from collections.abc import Iterator
from functools import cache, partial

from evalplatform.agreement import Estimate, Inference, Rule
from evalplatform.agreement.against_people import numbers_against_people, same_target
from evalplatform.agreement.against_people.paired_numbers import Association
from evalplatform.reports.questions.beside_people import BesidePeople, list_beside_people
from evalplatform.reports.questions.comparisons import rules_of
from evalplatform.reports.questions.people import INFERENCES, interval_of
from evalplatform.reports.questions.question import Question, pick_one
from evalplatform.reports.questions.subject import Subject

FIGURES = ("judge", "people", "difference", "relative_to_people")
ASSOCIATIONS: tuple[Association, ...] = ("pearson", "spearman", "mean_absolute_error")


def ask_stand_in(subject: Subject) -> Iterator[Question]:
    """Every judge and the like against every set of persons."""
    for both in list_beside_people(subject):
        if subject.has_numbers:
            yield from _ask_numbers(subject, both)
        elif len(both.people) > 1:
            for rule in rules_of(subject, both.table, ([both.judge], both.people)):
                for inference in INFERENCES:
                    yield from _ask_target(subject, both, rule=rule, inference=inference)


def _ask_target(
    subject: Subject, both: BesidePeople, *, rule: Rule | None, inference: Inference
) -> Iterator[Question]:
    @cache
    def work_out() -> dict[str, Estimate]:
        found = same_target(both.table, both.judge, both.people, rule=rule, **interval_of(subject, inference))
        return {name: getattr(found, name) for name in FIGURES}

    for name in FIGURES:
        yield both.ask(
            f"same_target_{name}",
            partial(pick_one, work_out, name),
            rule=rule,
            inference=inference,
            is_headline=name == "difference" and ":" not in both.group and rule in (None, "tie"),
        )


def _ask_numbers(subject: Subject, both: BesidePeople) -> Iterator[Question]:
    """Over outputs, and over the means of systems: two questions with answers that may differ widely."""
    interval = interval_of(subject, "these_raters")
    held = (both.table, both.judge, both.people)
    for name in ASSOCIATIONS:
        answer = partial(numbers_against_people, *held, name, **interval)
        yield both.ask(f"{name}_with_mean", answer, level="interval")
    systems = subject.name_systems(both.table)
    if len(set(systems.values())) > 1:
        answer = partial(
            numbers_against_people,
            *held,
            "kendall_tau_b",
            systems=[systems[unit] for unit in both.table.units.tolist()],
            **interval,
        )
        yield both.ask("system_kendall_tau_b", answer, level="interval")
