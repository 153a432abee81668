"""Asking the same again, so that a judge's own noise is known before anything is said of it."""

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings

from annotations.models import Task
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import seeded_integer
from judges.models import Attempt, Judge, Provider, Run

MOST = 20


class Repeats(NamedTuple):
    """So many tasks are asked so often in all; once is no repeat."""

    repeats: int
    tasks: int


def choose_repeats(judge: Judge, *, repeats: int | None, tasks: int | None) -> Repeats:
    """What was asked for, else the default of a model's first run. Raises Invalid."""
    if repeats is not None and not 1 <= repeats <= MOST:
        raise Invalid.at(f"must be 1 to {MOST}", field="repeats")
    if tasks is not None and tasks < 1:
        raise Invalid.at("must be at least 1", field="repeat_tasks")
    times = repeats if repeats is not None else settings.EVALPLATFORM_REPEATS if is_new(judge) else 1
    most = tasks if tasks is not None else settings.EVALPLATFORM_REPEAT_TASKS
    return Repeats(times, most) if times > 1 else Repeats(1, 0)


def is_new(judge: Judge) -> bool:
    """Whether the judge is a model that has not been asked anything; what is computed here has no noise."""
    is_model = judge.connection is not None and judge.connection.provider != Provider.LOCAL
    return is_model and not Attempt.objects.filter(rater=judge.rater_id).exists()


def draw_repeated(run: Run, task_ids: Sequence[int]) -> list[int]:
    """Which of these tasks the run asks again: drawn by the project's seed, all where there are fewer.

    A run that follows draws from the tasks that come until it has as many as it wants.
    """
    if run.repeats < 2:
        return []
    held = Attempt.objects.filter(run=run.pk, repeat__gt=0).values("task").distinct().count()
    names = dict(Task.objects.filter(project=run.project_id).values_list("pk", "identity"))
    seed = run.project.seed
    lots = sorted(task_ids, key=lambda pk: seeded_integer(seed, "repeat", names[pk]))
    drawn = set(lots[: max(run.repeat_tasks - held, 0)])
    return [pk for pk in task_ids if pk in drawn]
