"""Passwords: chosen by their owners alone. Whoever forgot theirs gets a link from somebody who may issue one."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from evalplatform.accounts.audit import record_event
from evalplatform.accounts.links import create_sign_in_link, redeem_sign_in_link
from evalplatform.accounts.models import LinkPurpose, SignInLink, User

LIFETIME = timedelta(hours=24)


@transaction.atomic
def issue_password_link(*, user: User, actor: User) -> str:
    """The secret of a link by which `user` chooses a new password; earlier ones stop working."""
    SignInLink.objects.filter(user=user, purpose=LinkPurpose.PASSWORD, used_at=None).update(
        used_at=timezone.now()
    )
    record_event(actor=actor, action="issue_password_link", target="user", target_id=user.public_id)
    return create_sign_in_link(user=user, lifetime=LIFETIME, purpose=LinkPurpose.PASSWORD)


@transaction.atomic
def choose_password_by_link(*, secret: str, password: str) -> User:
    """Use the link up: the password is the new one, and every session of before is over. Raises Missing."""
    user = redeem_sign_in_link(secret=secret, purpose=LinkPurpose.PASSWORD)
    set_password(user=user, password=password, action="choose_password_by_link")
    return user


@transaction.atomic
def set_password(*, user: User, password: str, action: str = "change_password") -> None:
    """Whether it is a good one has been checked. Sessions that began with the old one are over."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record_event(actor=user, action=action, target="user", target_id=user.public_id)


def end_sessions(*, user: User) -> None:
    """Sign the user out everywhere."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
