"""Who belongs to a project."""

from django.db import transaction
from django.utils.translation import gettext

from annotations.domain.locks.project_lock import lock_project
from annotations.models import Membership, Project, Rater, RaterKind, Role
from annotations.queries.cautions import is_paused_by_rule
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.accounts.passwords import end_sessions
from evalplatform.common.errors import Conflict, Denied


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


@transaction.atomic
def change_role(*, membership: Membership, role: Role, actor: User) -> None:
    """Give the member another role and end their sessions. The same again changes nothing.

    Raises Conflict where nobody would be left to steer the project.
    """
    if membership.role == role:
        return
    refuse_last_researcher(membership=membership)
    Membership.objects.filter(pk=membership.pk).update(role=role)
    end_sessions(user=membership.user)
    record_event(
        actor=actor,
        action="change_role",
        target="user",
        target_id=membership.user.public_id,
        project=membership.project.public_id,
        before=membership.role,
        after=role,
    )
    membership.role = role


def refuse_last_researcher(*, membership: Membership) -> None:
    """Raises Conflict for a project's only researcher; call it in the transaction that takes the role away."""
    if membership.role != Role.RESEARCHER:
        return
    lock_project(membership.project)  # two who leave at once do not both see the other
    others = Membership.objects.filter(project=membership.project_id, role=Role.RESEARCHER, ended_at=None)
    if not others.exclude(pk=membership.pk).exists():
        raise Conflict(gettext("A project keeps one researcher at least: name another one first."))


def refuse_password_link(*, user: User, actor: User) -> None:
    """Raises Denied unless `actor` steers every project that `user` is in: else a link would open foreign ones."""
    steered = Membership.objects.filter(user=actor, role=Role.RESEARCHER, ended_at=None).values("project")
    foreign = Membership.objects.filter(user=user, ended_at=None).exclude(project__in=steered)
    if not actor.is_staff and (user.is_staff or foreign.exists()):
        raise Denied(gettext("This person is in other projects too: only staff can issue a link for them."))


def ensure_person(*, membership: Membership) -> Rater:
    """The member's own rater, made when they first ask for work. Raises Denied when deactivated."""
    rater = find_or_make_person(membership=membership)
    refuse_paused(rater=rater)
    return rater


def find_or_make_person(*, membership: Membership) -> Rater:
    """The member's own rater, whether or not they were paused."""
    rater, _ = Rater.objects.get_or_create(
        project=membership.project,
        user=membership.user,
        kind=RaterKind.PERSON,
        defaults={"name": f"person-{membership.user.public_id.hex[:8]}"},
    )
    return rater


def refuse_paused(*, rater: Rater) -> None:
    """Raises Denied for a rater who was deactivated, and says where the reason stands if a rule did it."""
    if rater.deactivated_at is not None:
        if is_paused_by_rule(rater):
            raise Denied(
                gettext(
                    "You are paused in this project after checks. Your messages there say why, and how to answer."
                )
            )
        raise Denied(gettext("You have been paused in this project. Please ask its researcher."))
