"""Waves of a project, and with which probability each of its tasks was drawn in them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from annotations.models import Project, Routing, SlotState, Task, Wave, WaveTask


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A task's probability of having been drawn in any closed wave, and whether it was."""

    probability: float
    is_drawn: bool


def list_waves(project: Project) -> QuerySet[Wave]:
    """Waves with how many of the tasks that they drew have an answer, newest first."""
    answered = Q(tasks__is_drawn=True, tasks__task__slots__state=SlotState.DONE)
    waves = Wave.objects.filter(project=project).order_by("-number")
    return waves.annotate(answered=Count("tasks__task", filter=answered, distinct=True))


def has_waves(*, project: Project) -> bool:
    """Whether the project's tasks are dealt in waves: not any more once somebody chose their order."""
    return Wave.objects.filter(project=project, project__routing=Routing.SAMPLED).exists()


def is_dealt(*, task: Task) -> bool:
    """Whether free places of the task are dealt: always, but for waves, and then of the open one."""
    drawn_in = Wave.objects.filter(closed_at=None, tasks__task=task, tasks__is_drawn=True)
    return drawn_in.exists() or not has_waves(project=task.project)


def was_drawn(*, task: Task) -> bool:
    """Whether any wave has drawn the task, open or closed."""
    return WaveTask.objects.filter(task=task, is_drawn=True).exists()


def read_inclusion(*, project: Project) -> dict[int, Inclusion] | None:
    r"""By task (id), over all closed waves; None where there is none.

    A task that each wave would have drawn with probability :math:`\pi_k` was drawn in one of them with
    :math:`1 - \prod_k (1 - \pi_k)`: draws are independent of each other.
    """
    if not Wave.objects.filter(project=project, closed_at__isnull=False).exists():
        return None
    missed: dict[int, float] = defaultdict(lambda: 1.0)
    drawn: set[int] = set()
    rows = WaveTask.objects.filter(wave__project=project, wave__closed_at__isnull=False)
    for task, probability, is_drawn in rows.values_list("task", "probability", "is_drawn").iterator():
        missed[task] *= 1 - probability
        if is_drawn:
            drawn.add(task)
    return {task: Inclusion(1 - chance, task in drawn) for task, chance in missed.items()}
