"""Comments and flags of raters, and what they are told."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.reading.legal import Illegal, clean_text
from annotations.models import Assignment, Remark, RemarkKind
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Invalid

LONGEST = 2_000


def add_remark(*, assignment: Assignment, kind: RemarkKind, text: str) -> Remark:
    """Keep what the rater has to say about the task. Raises Invalid where that is nothing or too much."""
    return Remark.objects.create(
        project_id=assignment.project_id,
        task_id=assignment.task_id,
        rater_id=assignment.rater_id,
        assignment=assignment,
        kind=kind,
        text=read_remark(text, field="text"),
    )


@transaction.atomic
def reply_to_remark(*, remark: Remark, text: str, actor: User, now: datetime | None = None) -> Remark:
    """Answer it; a later reply takes the place of the one before. Raises Invalid."""
    remark.reply = read_remark(text, field="text")
    remark.replied_by, remark.replied_at = actor, now or database_now()
    remark.save(update_fields=["reply", "replied_by", "replied_at"])
    record_event(
        actor=actor,
        action="reply_to_remark",
        target="remark",
        target_id=remark.public_id,
        project=remark.project.public_id,
    )
    return remark


def read_remark(text: str, *, field: str) -> str:
    """A word that people may send each other. Raises Invalid where that is nothing or too much."""
    try:
        text = clean_text(text, what="the text", longest=LONGEST)
    except Illegal as error:
        raise Invalid.at(str(error), field=field) from None
    if not text:
        raise Invalid.at(_("a text is needed"), field=field)
    return text
