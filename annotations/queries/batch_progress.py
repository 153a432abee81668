"""How far the tasks of a batch are: those that show an answer that came with it."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotations.models import Batch, BatchState, Project, Slot, SlotState, Task, TaskGeneration


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """Tasks of a batch and their places for people; `open` places are free or being answered."""

    tasks: int
    places: int
    done: int
    open: int


def list_batches(project: Project) -> QuerySet[Batch]:
    """Batches of a project, newest first."""
    return Batch.objects.filter(project=project).order_by("-pk")


def list_batch_tasks(batch: Batch) -> QuerySet[Task]:
    """The tasks that show an answer of the batch."""
    shown = TaskGeneration.objects.filter(task=OuterRef("pk"), generation__batch=batch)
    return Task.objects.filter(Exists(shown), project=batch.project_id)


def read_batch_progress(batch: Batch) -> BatchProgress:
    """Counts as they are now."""
    tasks = list_batch_tasks(batch)
    places = Slot.objects.filter(task__in=tasks).aggregate(
        places=Count("pk", filter=~Q(state=SlotState.WITHDRAWN)),
        done=Count("pk", filter=Q(state=SlotState.DONE)),
        open=Count("pk", filter=Q(state__in=[SlotState.FREE, SlotState.LEASED])),
    )
    return BatchProgress(tasks=tasks.count(), **places)


def is_rated(batch: Batch, progress: BatchProgress) -> bool:
    """Whether all tasks of the batch are there and no place for people on them is open."""
    return batch.state == BatchState.PLANNED and not progress.open
