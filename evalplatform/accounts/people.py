"""Accounts: made without a password; a link signs in."""

from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User


def ensure_user(*, username: str, first_name: str = "", actor: User | None = None) -> User:
    """The account of this name, made where there is none."""
    user, created = User.objects.get_or_create(username=username, defaults={"first_name": first_name})
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        record_event(actor=actor, action="create_user", target="user", target_id=user.public_id)
    return user
