"""What a researcher changes of a running project: its words for people, pay, a pause."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.models import PayUnit, Project
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Exhausted

PAUSED_FOR = 120  # seconds after which it is worth asking again


@transaction.atomic
def change_project(
    *,
    project: Project,
    actor: User,
    title: str,
    content_warning: str,
    consent: str,
    pay: Decimal | None,
    pay_unit: PayUnit,
    daily_cap: int | None,
    rater_cap: int | None,
    break_after: int | None,
) -> None:
    """Keep these words, this pay (USD), the tasks a person may answer, in a day and in all, and when a break is due.

    Who agreed to an earlier consent text is still known by its hash.
    """
    project.title, project.content_warning, project.consent = title, content_warning, consent
    project.pay, project.pay_unit = pay, pay_unit
    project.daily_cap, project.rater_cap, project.break_after = daily_cap, rater_cap, break_after
    project.save(
        update_fields=[
            "title", "content_warning", "consent", "pay", "pay_unit", "daily_cap", "rater_cap", "break_after",
        ]
    )  # fmt: skip
    _record(project, actor, "change_project")


@transaction.atomic
def pause_project(*, project: Project, actor: User) -> None:
    """Deal nobody a task until further notice; who holds one may still answer it. The same again changes nothing."""
    if Project.objects.filter(pk=project.pk, paused_at=None).update(paused_at=timezone.now()):
        _record(project, actor, "pause_project")


@transaction.atomic
def resume_project(*, project: Project, actor: User) -> None:
    """Deal tasks again. The same again changes nothing."""
    if Project.objects.filter(pk=project.pk).exclude(paused_at=None).update(paused_at=None):
        _record(project, actor, "resume_project")


def refuse_paused_project(project: Project) -> None:
    """Raises Exhausted while the project is paused."""
    if project.paused_at is not None:
        raise Exhausted(_("This project is paused. Please come back later."), retry_after=PAUSED_FOR)


def _record(project: Project, actor: User, action: str) -> None:
    record_event(
        actor=actor, action=action, target="project", target_id=project.public_id, project=project.public_id
    )
