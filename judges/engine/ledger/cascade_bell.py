"""Waking a worker for a cascade that may have something to do."""

from django.db.models import Exists, OuterRef, Q

from evalplatform.common.wakeups import ring
from judges.models import CascadeRun, RunState, Stage, StageRun

JOB = "judges.jobs.step_cascade"


def ring_for_cascade(*, run: CascadeRun) -> None:
    """Wake a worker to take the cascade a step further."""
    ring(JOB, run.pk)


def ring_for_idle_cascades() -> int:
    """Wake a worker for each cascade at work none of whose runs is going; returns how many.

    So also where the cheap judge is at the other items and the dear one, whom no budget keeps waiting, has no run.
    """
    going = StageRun.objects.filter(cascade_run=OuterRef("pk"), run__state=RunState.RUNNING)
    may_go_ahead = Q(stage=Stage.CHEAP, budget=None) & ~Exists(going.filter(stage=Stage.DEAR))
    idle = list(
        CascadeRun.objects.filter(~Exists(going) | may_go_ahead, state=RunState.RUNNING)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for pk in idle:
        ring(JOB, pk)
    return len(idle)


def note_run_ended(*, run_id: int) -> None:
    """A judge's run is over: the cascade that it is a stage of goes on."""
    for pk in StageRun.objects.filter(run=run_id).values_list("cascade_run", flat=True):
        ring(JOB, pk)
