"""Letting panels speak: now, or when a worker hears that a member has said something."""

from django.db import transaction
from django.utils import timezone

from evalplatform.common.wakeups import ring
from judges.engine.panels.deciding import decide_tasks
from judges.engine.panels.derived import DerivedRating, Written, write_derived
from judges.engine.panels.ground import read_ground
from judges.models import Panel
from judges.queries.panels import list_member_rows

JOB = "judges.jobs.fill_panel"


def fill_panel(*, panel: Panel) -> Written:
    """Let the panel speak on every task on which enough of its members did; what they changed, it changes.

    Where too few spoke it is silent: nobody's vote is guessed.
    """
    with transaction.atomic():
        held = (
            Panel.objects.select_for_update(of=("self",)).select_related("project", "rater").get(pk=panel.pk)
        )
        Panel.objects.filter(pk=held.pk).update(
            is_due=False
        )  # first: what is said meanwhile makes it due again
        members = list_member_rows(held)
        ground = read_ground(held.project)
        verdicts: dict[int, list[DerivedRating]] = {}
        for ballot in ground.read(members):
            for task, rating in decide_tasks(held, ballot, ground.tasks, [row.pk for row in members]):
                verdicts.setdefault(task, []).append(rating)
        written = write_derived(rater=held.rater, verdicts=verdicts)
        if verdicts:
            Panel.objects.filter(pk=held.pk, used_at=None).update(used_at=timezone.now())
    return written


def fill_due_panel(*, panel_id: int) -> None:
    """Fill a panel unless a message that came before this one led to it."""
    panel = Panel.objects.filter(pk=panel_id, is_due=True).first()
    if panel is not None:
        fill_panel(panel=panel)


def ring_for_panel(*, panel: Panel) -> None:
    """Wake a worker to fill the panel."""
    ring(JOB, panel.pk)


def ring_for_due_panels() -> int:
    """Wake workers for panels whose members may have spoken; returns for how many."""
    due = list(Panel.objects.filter(is_due=True).order_by("pk").values_list("pk", flat=True))
    for pk in due:
        ring(JOB, pk)
    return len(due)


def note_new_verdicts(*, run_id: int) -> None:
    """The judge of a run has said something: the panels that it sits in are due."""
    seated = Panel.objects.filter(members__rater__judge__runs=run_id)
    for pk in list(seated.values_list("pk", flat=True)):
        Panel.objects.filter(pk=pk).update(is_due=True)
        ring(JOB, pk)
