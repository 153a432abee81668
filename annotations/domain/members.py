"""Who belongs to a project."""

from django.db import transaction

from annotations.models import Membership, Project, Role
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User


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
