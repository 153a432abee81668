"""Who belongs to a project."""

from django.db import transaction
from django.utils.translation import gettext

from annotations.models import Membership, Project, Rater, RaterKind, Role
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Denied


@transaction.atomic
def add_member(*, project: Project, user: User, role: Role, actor: User | None = None) -> Membership:
    """Give `user` the role in the project, whether or not they had another one before."""
    membership, _ = Membership.objects.update_or_create(
        project=project, user=user, defaults={"role": role, "ended_at": None}
    )
    record_event(
        actor=actor,
        action="add_member",
        target="user",
        target_id=user.public_id,
        project=project.public_id,
        details={"role": role},
    )
    return membership


def ensure_person(*, membership: Membership) -> Rater:
    """The member's own rater, made when they first ask for work. Raises Denied when deactivated."""
    rater, _ = Rater.objects.get_or_create(
        project=membership.project,
        user=membership.user,
        kind=RaterKind.PERSON,
        defaults={"name": f"person-{membership.user.public_id.hex[:8]}"},
    )
    refuse_paused(rater=rater)
    return rater


def refuse_paused(*, rater: Rater) -> None:
    """Raises Denied for a rater who was deactivated."""
    if rater.deactivated_at is not None:
        raise Denied(gettext("You have been paused in this project. Please ask its researcher."))
