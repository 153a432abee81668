"""Invitations: a link lets one person join, in one role, once and for a while."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.domain.projects.members import add_member
from annotations.models import Invitation, Membership, Project, Role
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Missing
from evalplatform.common.hashing import hash_content, hash_secret


@transaction.atomic
def create_invitation(
    *, project: Project, role: Role, actor: User, lifetime: timedelta, note: str = ""
) -> tuple[Invitation, str]:
    """A new invitation and its secret, which can be read nowhere later."""
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        project=project,
        role=role,
        note=note,
        digest=hash_secret(secret),
        invited_by=actor,
        expires_at=timezone.now() + lifetime,
    )
    _record(invitation, actor, "create_invitation")
    return invitation, secret


def find_invitation(*, secret: str) -> Invitation:
    """The invitation of this secret, if it still stands. Raises Missing, whatever the reason."""
    invitations = Invitation.objects.select_related("project").filter(
        digest=hash_secret(secret), used_at=None, revoked_at=None, project__archived_at=None
    )
    invitation = invitations.filter(expires_at__gt=timezone.now()).first()
    if invitation is None:
        raise Missing(_("This invitation is unknown, used or too old. Please ask for a new one."))
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Use the invitation up: `user` is in the project and has agreed to its consent text as it stands.

    Of two who accept at once one gets in. Raises Missing, or Conflict for who is in the project already.
    """
    now = timezone.now()
    project = invitation.project
    if Membership.objects.filter(project=project, user=user, ended_at=None).exists():
        raise Conflict(_("You are in this project already; the invitation is still good for somebody else."))
    standing = Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None, expires_at__gt=now)
    if not standing.update(used_at=now, used_by=user):
        raise Missing(_("This invitation has just been used."))
    membership = add_member(project=project, user=user, role=Role(invitation.role), actor=user)
    if project.consent:
        membership.consent_hash, membership.consented_at = hash_consent(project), now
        membership.save(update_fields=["consent_hash", "consented_at"])
    _record(invitation, user, "accept_invitation")
    return membership


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User) -> None:
    """Nobody can use it any more. The same again changes nothing."""
    if Invitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    ):
        _record(invitation, actor, "revoke_invitation")


def hash_consent(project: Project) -> str:
    """Which version of the text somebody agreed to."""
    return hash_content(project.consent)


def _record(invitation: Invitation, actor: User, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        target="invitation",
        target_id=invitation.public_id,
        project=invitation.project.public_id,
        details={"role": invitation.role},
    )
