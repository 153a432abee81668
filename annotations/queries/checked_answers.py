"""One rater's checks, answer by answer: what rules count, and what a rater who is cautioned is shown."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from annotations.models import (
    CHECKED,
    KNOWN,
    Annotation,
    Assignment,
    Caution,
    Ground,
    Phase,
    Rater,
    RaterKind,
    Rating,
    Task,
)
from annotations.queries.check_results import list_expected, list_first
from annotations.queries.checks import GOLD
from annotations.queries.compared import Marks, agrees, list_marked, measure_apart, read_expected, read_said

LAST = 2**63 - 1  # above every id


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check that a rater answered (ids of task and first answer), and whether it was as expected or as before."""

    task: int
    annotation: int
    hit: bool


def list_outcomes(*, rater: Rater, ground: str, after: int, upto: int = LAST) -> list[Outcome]:
    """The rater's checks of one kind whose answers have ids above `after` and up to `upto`, the oldest first."""
    first = list_first(rater.project).filter(rater=rater, pk__gt=after, pk__lte=upto)
    if ground == Ground.GOLD:
        return _compare_gold(first.filter(phase=Phase.CHECK, repeat=0, task__state__in=CHECKED), rater)
    return _compare_repeats(first.filter(repeat__gt=0), rater)


def list_missed(caution: Caution) -> list[int]:
    """Tasks (ids) that the caution counts as not answered as expected, or not as before; as of now."""
    counted = list_outcomes(
        rater=caution.rater, ground=caution.ground, after=caution.after, upto=caution.upto
    )
    return [line.task for line in counted if not line.hit]


def find_missed(*, rater: Rater, cautions: Collection[Caution]) -> dict[int, list[UUID]]:
    """Of these cautions (ids) of one rater: tasks (public ids) that each counts as missed; queries do not grow."""
    counted = {ground: list_outcomes(rater=rater, ground=ground, after=0) for ground in Ground}
    missed = {
        caution.pk: [
            line.task
            for line in counted[Ground(caution.ground)]
            if not line.hit and caution.after < line.annotation <= caution.upto
        ]
        for caution in cautions
    }
    named = {task for tasks in missed.values() for task in tasks}
    ids = dict(Task.objects.filter(pk__in=named).values_list("pk", "public_id"))
    return {caution: [ids[task] for task in sorted(tasks)] for caution, tasks in missed.items()}


def list_missed_tasks(caution: Caution, *, start: int = 0, most: int | None = None) -> list[Task]:
    """The same tasks with what their rater is shown of them, from the place `start` on, `most` of them or all."""
    tasks = Task.objects.select_related("item", "rubric").prefetch_related(
        "rubric__criteria", "positions__generation"
    )
    end = None if most is None else start + most
    found = list(tasks.filter(pk__in=list_missed(caution)).order_by("pk")[start:end])
    for task in found:
        task.project = caution.project
    return found


def find_missed_task(caution: Caution, public_id: str) -> Task | None:
    """The task of this id, where the caution counts it as missed."""
    return next((task for task in list_missed_tasks(caution) if str(task.public_id) == public_id), None)


def list_answers_to(*, rater: Rater, tasks: Collection[Task]) -> dict[int, list[Annotation]]:
    """By task (id): the rater's own first answers, the oldest first, and what is expected where that is known."""
    own = list_first(rater.project).filter(rater=rater, task__in=tasks).order_by("repeat")
    expected = Annotation.objects.filter(
        task__in=tasks,
        task__state__in=KNOWN,
        is_current=True,
        rater__kind=RaterKind.REFERENCE,
        rater__name=GOLD,
    )
    found: dict[int, list[Annotation]] = {task.pk: [] for task in tasks}
    for answer in (*_load(own), *_load(expected)):
        found[answer.task_id].append(answer)
    return found


@dataclass(frozen=True, slots=True)
class ComparedAnswer:
    """An answer and what was expected, as far as it is known, and whether the one is as the other says.

    `apart`: by criterion (id), how far the answer's marks lie from expected ones, and how far they may; 0 to 1.
    """

    answers: list[Annotation]
    as_expected: bool
    apart: dict[int, tuple[float, float]]


def compare_with_expected(assignment: Assignment) -> ComparedAnswer:
    """The answer that was given under the lease, and what was expected of its task."""
    own = Annotation.objects.filter(assignment=assignment, is_current=True)
    expected = Annotation.objects.filter(
        task=assignment.task_id, is_current=True, rater__kind=RaterKind.REFERENCE, rater__name=GOLD
    )
    both = [*_load(own), *_load(expected)]
    wanted = read_expected(Rating.objects.filter(annotation__in=expected)).get(assignment.task_id, {})
    said = read_said(Rating.objects.filter(annotation__in=own), marks=list_marked([wanted]))
    given = said.get((assignment.task_id, assignment.rater_id, assignment.repeat), {})
    allowed = {key: value.apart for key, value in wanted.items() if isinstance(value, Marks)}
    apart = {key: (far, allowed[key] or 0.0) for key, far in measure_apart(wanted, given).items()}
    return ComparedAnswer(both, agrees(wanted, given), apart)


def _load(answers: QuerySet[Annotation]) -> QuerySet[Annotation]:
    return answers.select_related("rater").prefetch_related("ratings__criterion")


def _compare_gold(first: QuerySet[Annotation], rater: Rater) -> list[Outcome]:
    answers = dict(first.order_by("pk").values_list("task", "pk"))
    wanted = list_expected(rater.project).filter(annotation__task__in=answers)
    expected = read_expected(wanted)
    ratings = Rating.objects.filter(annotation__in=answers.values())
    given = read_said(ratings, marks=list_marked(expected.values()))
    return [
        Outcome(
            task, answer, agrees(expected[task], given.get((task, rater.pk, 0), {}))
        )  # passed over: a miss
        for task, answer in answers.items()
        if task in expected
    ]


def _compare_repeats(again: QuerySet[Annotation], rater: Rater) -> list[Outcome]:
    answers = {
        (task, repeat): pk for task, repeat, pk in again.order_by("pk").values_list("task", "repeat", "pk")
    }
    tasks = {task for task, _ in answers}
    both = list_first(rater.project).filter(rater=rater, task__in=tasks)
    said = read_said(Rating.objects.filter(annotation__in=both))
    return [
        Outcome(task, answer, said[task, rater.pk, repeat] == said[task, rater.pk, 0])
        for (task, repeat), answer in answers.items()
        if {(task, rater.pk, repeat), (task, rater.pk, 0)} <= said.keys()
    ]
