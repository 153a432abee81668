"""Known answers that a cautioned rater contests: a researcher lets them stand, or withdraws them to a new count."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.domain.checking.gold import unmark_gold
from annotations.domain.checking.known_versions import list_family
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.locks.rater_lock import hold_workers
from annotations.domain.reading.remarks import read_remark
from annotations.models import Caution, CautionState, Ground, Objection, ObjectionState, Task
from annotations.queries.checked_answers import list_missed
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid


@transaction.atomic
def contest_check(*, caution: Caution, task: Task, text: str) -> Objection:
    """Say that a known answer which the caution counted is wrong; a later word takes the place of the one before.

    Raises Invalid without a reason or for a task that the caution did not count as missed, and Conflict where the
    caution or the objection has been settled.
    """
    words = read_remark(text, field="text")
    caution = (
        Caution.objects.select_related("rater__project").select_for_update(of=("self",)).get(pk=caution.pk)
    )
    if caution.state != CautionState.STANDING:
        raise Conflict(_("This has been settled already."))
    if caution.ground != Ground.GOLD or task.pk not in list_missed(caution):
        raise Invalid.at(_("Only a check that you missed can be contested."), field="task")
    objection, made = Objection.objects.get_or_create(
        caution=caution,
        task=task,
        defaults={"project_id": caution.project_id, "rater_id": caution.rater_id, "text": words},
    )
    if not made and not _open(objection).update(text=words):
        raise Conflict(_("This has been settled already."))
    objection.text = words
    return objection


@transaction.atomic
def decide_objection(
    *, objection: Objection, withdraw: bool, reply: str, actor: User, now: datetime | None = None
) -> None:
    """Let the known answer stand, or withdraw it: its task is dealt like any other, and cautions are counted again.

    Raises Invalid without a word to the rater, Conflict where it has been decided.
    """
    words = read_remark(reply, field="reply")
    state = ObjectionState.WITHDRAWN if withdraw else ObjectionState.UPHELD
    if withdraw:
        project = lock_project(objection.project)
        hold_workers(project=project, tasks=[task.pk for task in list_family(objection.task)])
    Caution.objects.select_for_update().get(pk=objection.caution_id)
    decided = {"state": state, "reply": words, "decided_by": actor, "decided_at": now or database_now()}
    if not _open(objection).update(**decided):
        raise Conflict(_("This has been settled already."))
    record_event(
        actor=actor,
        action="decide_objection",
        target="objection",
        target_id=objection.public_id,
        project=objection.project.public_id,
        after=state,
    )
    if withdraw:
        unmark_gold(task=objection.task, actor=actor, held=True)
    objection.state = state


def _open(objection: Objection) -> QuerySet[Objection]:
    return Objection.objects.filter(pk=objection.pk, state=ObjectionState.OPEN)
