"""What one person has answered in a project: when, and how long each task stood before them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from annotations.models import Annotation, Project, Rater


@dataclass(frozen=True, slots=True)
class AnsweredTask:
    """A task whose answer stands, whatever it counts as.

    `answered_at` is the first answer. `seconds` is the time on the screen until it was given and, where it was undone,
    of giving it again; never more than went by meanwhile, whatever a browser says. Revisions add nothing.
    """

    task: UUID
    answered_at: datetime
    seconds: float


class _Row(NamedTuple):
    """An answer; `leased_at` is when its task was dealt, `undone_at` when what it replaces was taken back."""

    task: UUID
    repeat: int
    seconds: float | None
    stored_at: datetime
    stands: bool
    leased_at: datetime
    replaces: int | None
    undone_at: datetime | None


FIELDS = (
    "task__public_id",
    "repeat",
    "seconds",
    "created_at",
    "is_current",
    "assignment__created_at",
    "supersedes",
    "supersedes__retracted_at",
)  # of `_Row`


def list_answered_tasks(*, rater: Rater) -> list[AnsweredTask]:
    """Every task that the person answered here, once each, the oldest first."""
    given = Annotation.objects.filter(project=rater.project_id, rater=rater, assignment__isnull=False)
    return _gather([_Row(*row) for row in given.order_by("task", "repeat", "pk").values_list(*FIELDS)])


def list_all_answered_tasks(*, project: Project) -> dict[int, list[AnsweredTask]]:
    """The same of every person who works here, by rater (id)."""
    given = Annotation.objects.filter(project=project, assignment__isnull=False)
    rows = given.order_by("rater", "task", "repeat", "pk").values_list("rater_id", *FIELDS)
    return {
        rater: _gather([_Row(*row) for _, *row in group])
        for rater, group in groupby(rows, lambda row: row[0])
    }


def _gather(rows: list[_Row]) -> list[AnsweredTask]:
    answers = [list(group) for _, group in groupby(rows, lambda row: (row.task, row.repeat))]
    tasks = [_sum_up(answer) for answer in answers if any(row.stands for row in answer)]
    return sorted(tasks, key=lambda task: (task.answered_at, task.task))


def _sum_up(answer: list[_Row]) -> AnsweredTask:
    return AnsweredTask(
        answer[0].task, min(row.stored_at for row in answer), sum(map(_measure_seconds, answer), 0.0)
    )


def _measure_seconds(row: _Row) -> float:
    """What the browser measured, within the time between the task's being shown and this answer; 0 of a revision."""
    begun = row.leased_at if row.replaces is None else row.undone_at
    if begun is None:
        return 0.0
    return min(row.seconds or 0.0, max((row.stored_at - begun).total_seconds(), 0.0))
