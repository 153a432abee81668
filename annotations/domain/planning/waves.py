"""Labels come in waves: a draw with known probabilities, written before anybody is dealt a task of it."""

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from annotations.domain.locks.project_lock import lock_project
from annotations.domain.queue.raters import wake_raters
from annotations.models import (
    Project,
    Routing,
    Slot,
    SlotState,
    Task,
    TaskState,
    Wave,
    WaveRule,
    WaveTask,
)
from annotations.models.project import draw_seed
from annotations.queries.worth import weigh_tasks
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.agreement import AgreementError
from evalplatform.agreement.few_labels import allocate_labels
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid

CHUNK = 500
LARGEST_SIZE = 2**31 - 1
FLOOR_SHARE = 0.1  # of the probability that an even draw would give, where no floor is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveTerms:
    """What is to be drawn: `size` tasks, expected; `floor` None is a tenth of an even draw's probability."""

    size: int
    rule: WaveRule = WaveRule.EVEN
    criterion: str = ""
    judge: str = ""
    floor: float | None = None


@transaction.atomic
def open_wave(*, project: Project, terms: WaveTerms, actor: User | None) -> Wave:
    """Draw tasks for people, and deal no others until the next wave.

    Every open task has a probability of at least the floor; tasks of earlier waves are not drawn again. Raises
    Conflict while a wave is open and in exploratory projects, Invalid where so few tasks cannot be drawn.
    """
    project = lock_project(project)
    _refuse_unless_due(project)
    frame = list(Task.objects.filter(project=project, state=TaskState.OPEN).order_by("pk"))
    earlier = set(
        WaveTask.objects.filter(wave__project=project, is_drawn=True).values_list("task_id", flat=True)
    )
    chances, floor = _allocate(project, terms, [task.pk for task in frame], earlier)
    seed = draw_seed()
    drawn = [
        task.pk not in earlier and Random(f"{seed}/{task.identity}").random() < chance
        for task, chance in zip(frame, chances, strict=True)
    ]
    wave = Wave.objects.create(
        project=project,
        number=(project.waves.aggregate(last=Max("number"))["last"] or 0) + 1,
        rule=terms.rule,
        criterion=terms.criterion,
        judge=terms.judge,
        size=terms.size,
        floor=floor,
        seed=seed,
        frame=len(frame),
        drawn=sum(drawn),
        opened_by=actor,
    )
    WaveTask.objects.bulk_create(
        (
            WaveTask(wave=wave, task=task, probability=chance, is_drawn=is_drawn)
            for task, chance, is_drawn in zip(frame, chances, drawn, strict=True)
        ),
        batch_size=CHUNK,
    )
    _deal_only(project, [task.pk for task, is_drawn in zip(frame, drawn, strict=True) if is_drawn])
    _record(wave, actor, "open_wave")
    return wave


@transaction.atomic
def close_wave(*, wave: Wave, actor: User | None) -> Wave:
    """Deal nothing of the wave any more: from now on its labels enter weighted estimates.

    What people hold they may still answer. Closing a closed wave changes nothing.
    """
    project = lock_project(wave.project)
    held = Wave.objects.select_for_update().get(pk=wave.pk)
    if held.closed_at is None:
        held.closed_at = database_now()
        held.save(update_fields=["closed_at"])
        _deal_only(project, [])
        _record(held, actor, "close_wave")
    return held


def end_waves(*, project: Project) -> None:
    """Somebody chose the order of a locked project: no wave is open any more, and every place is dealt again."""
    project.waves.filter(closed_at=None).update(closed_at=database_now())
    Slot.objects.filter(project=project, state=SlotState.WAITING).update(state=SlotState.FREE)
    wake_raters(project=project)


def _refuse_unless_due(project: Project) -> None:
    if project.routing != Routing.SAMPLED:
        raise Conflict(_("Somebody chose the order of this project's tasks: it has no waves."))
    if project.waves.filter(closed_at=None).exists():
        raise Conflict(_("Close the wave that is open first."))


def _allocate(
    project: Project, terms: WaveTerms, tasks: list[int], earlier: Collection[int]
) -> tuple[list[float], float]:
    left = [float(task not in earlier) for task in tasks]
    if not any(left):
        raise Conflict(_("Every open task has been drawn already."))
    floor = FLOOR_SHARE * min(terms.size / sum(left), 1.0) if terms.floor is None else terms.floor
    scores = weigh_tasks(
        project=project, rule=terms.rule, criterion=terms.criterion, judge=terms.judge, tasks=tasks
    )
    try:
        chances = allocate_labels([scores[task] for task in tasks], size=terms.size, floor=floor, among=left)
    except AgreementError as error:
        raise Invalid.at(f"{error}", field="size") from error
    return chances.tolist(), floor


def _deal_only(project: Project, tasks: list[int]) -> None:
    """Free places of these tasks are dealt, all other free places wait."""
    free = Slot.objects.filter(project=project, state=SlotState.FREE)
    free.update(state=SlotState.WAITING)
    for start in range(0, len(tasks), CHUNK):
        waiting = Slot.objects.filter(task__in=tasks[start : start + CHUNK], state=SlotState.WAITING)
        waiting.update(state=SlotState.FREE)
    # Places that come back may lie behind everybody's cursor.
    Project.objects.filter(pk=project.pk).update(queue_epoch=F("queue_epoch") + 1)
    wake_raters(project=project)


def _record(wave: Wave, actor: User | None, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        target="wave",
        target_id=wave.public_id,
        project=wave.project.public_id,
        details={"number": wave.number, "rule": wave.rule, "drawn": wave.drawn, "frame": wave.frame},
    )
