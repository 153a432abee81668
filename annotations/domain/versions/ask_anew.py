"""Tasks that judges alone have met, asked anew of people by a later version of their rubric."""

from django.db.models import Exists, OuterRef, Q

from annotations.domain.planning.move_tasks import (
    CHUNK,
    PARTS,
    hold_tasks,
    is_named_by,
    list_earlier,
    list_systems,
    name_task,
)
from annotations.models import (
    Annotation,
    RaterKind,
    Rubric,
    Slot,
    SlotState,
    Task,
    TaskGeneration,
    TaskState,
    WaveTask,
)

SPEAKING = (RaterKind.PERSON, RaterKind.REFERENCE)


def ask_anew(*, rubric: Rubric) -> int:
    """For each task of an earlier version that waits for people and that only judges have met: the same task again.

    The new one takes over its places and its rank; the old one keeps its verdicts and is dealt to nobody. Tasks of
    waves stay: their draws speak of the verdicts on them. Returns how many there are. Call it in a transaction that
    holds the project.
    """
    met = Q(Exists(Annotation.objects.filter(task=OuterRef("pk"), rater__kind__in=SPEAKING)))
    drawn = Q(Exists(WaveTask.objects.filter(task=OuterRef("pk"))))
    waiting = Q(Exists(Slot.objects.filter(task=OuterRef("pk")).exclude(state=SlotState.WITHDRAWN)))
    begun = is_named_by(app="annotations", but=(*PARTS, Annotation))
    alone = list_earlier(rubric).filter(waiting, ~met, ~drawn, ~begun, state=TaskState.OPEN).order_by("pk")
    anew, after = 0, 0
    while chunk := list(alone.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        after = chunk[-1]
        anew += _copy(rubric, list(alone.filter(pk__in=hold_tasks(chunk)).select_related("item")))
    return anew


def _copy(rubric: Rubric, tasks: list[Task]) -> int:
    systems = list_systems(tasks)
    twins = {
        task.pk: Task(
            project_id=task.project_id,
            kind=task.kind,
            item=task.item,
            rubric=rubric,
            turn=task.turn,
            context=task.context,
            identity=name_task(task, rubric, systems[task.pk]),
            rank=task.rank,
            priority=task.priority,
            gate=task.gate,
        )
        for task in tasks
    }
    Task.objects.bulk_create(twins.values())
    parts = TaskGeneration.objects.filter(task__in=twins).order_by("task", "position")
    TaskGeneration.objects.bulk_create(
        TaskGeneration(
            project_id=part.project_id,
            task=twins[part.task_id],
            generation_id=part.generation_id,
            position=part.position,
        )
        for part in parts
    )
    _hand_over_places(twins)
    return len(twins)


def _hand_over_places(twins: dict[int, Task]) -> None:
    places = Slot.objects.filter(task__in=twins).exclude(state=SlotState.WITHDRAWN)
    Slot.objects.bulk_create(
        Slot(
            project_id=place.project_id,
            task=twins[place.task_id],
            number=place.number,
            rank=place.rank,
            gate=place.gate,
            state=place.state,
        )
        for place in places.order_by("task", "number")
    )
    places.filter(task__in=list(twins)).update(state=SlotState.WITHDRAWN)
