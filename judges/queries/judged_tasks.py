"""Tasks as a judge meets them: which it could be tried on, and what it was asked in a run."""

from django.db.models import Exists, OuterRef, QuerySet

from annotations.models import Criterion, Level, Task, TaskGeneration, TaskState
from judges.models import Attempt, Run

ASKED = (TaskState.OPEN, TaskState.GOLD)
NOT_ASKED = frozenset({Level.SPANS})  # marked passages need a protocol of their own


def list_asked_criteria() -> QuerySet[Criterion]:
    """Criteria that a model can be asked for, of the rubric of an outer task."""
    return Criterion.objects.filter(rubric=OuterRef("rubric")).exclude(level__in=NOT_ASKED)


def list_fitting_tasks(project_id: int, kind: str) -> QuerySet[Task]:
    """Tasks of a kind, open or gold, with all their texts and a criterion to ask for, in queue order, rated or not.

    A known answer that a later version of its rubric took over is asked of judges once, by the words it had first.
    """
    textless = TaskGeneration.objects.filter(task=OuterRef("pk"), generation__text=None)
    tasks = Task.objects.filter(
        ~Exists(textless), Exists(list_asked_criteria()), project=project_id, kind=kind, state__in=ASKED
    )
    return tasks.exclude(state=TaskState.GOLD, renewed_from__isnull=False).order_by("rank", "pk")


def list_first_tasks(project_id: int, kind: str, *, most: int) -> list[Task]:
    """The first of these tasks with their items, to choose one to look at."""
    return list(list_fitting_tasks(project_id, kind).select_related("item")[:most])


def list_last_tries(run: Run, tasks: list[Task]) -> list[Attempt]:
    """The last call of the run for each step of each of these tasks and orders."""
    tried = (
        Attempt.objects.filter(task__in=tasks, rater=run.judge.rater_id)  # few, by their index
        .select_related("rater", "raw_reply")
        .order_by("shown_order", "repeat", "step", "number")
    )
    last = {
        (attempt.task_id, attempt.shown_order, attempt.repeat, attempt.step): attempt
        for attempt in tried
        if attempt.run_id == run.pk
    }
    return list(last.values())


def list_tasks_of(run: Run) -> QuerySet[Task]:
    """Tasks that the run has calls for, in queue order."""
    return (
        Task.objects.filter(pk__in=Attempt.objects.filter(run=run).values("task"))
        .select_related("item", "rubric", "project")
        .order_by("rank", "pk")
    )
