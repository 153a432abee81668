"""Accounts: made without a password, where a link signs in; or with one by whoever was invited."""

from django.db import IntegrityError, transaction

from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict


def ensure_user(*, username: str, first_name: str = "", actor: User | None = None) -> User:
    """The account of this name, made where there is none."""
    user, created = User.objects.get_or_create(username=username, defaults={"first_name": first_name})
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        record_event(actor=actor, action="create_user", target="user", target_id=user.public_id)
    return user


def register_user(*, username: str, password: str, language: str = "") -> User:
    """A new account of somebody who was invited. Raises Conflict where the name cannot be had, whatever its case."""
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict("This name cannot be had.")
    try:
        with transaction.atomic():
            user = User.objects.create_user(username=username, password=password, language=language)
    except IntegrityError:
        raise Conflict("This name cannot be had.") from None
    record_event(actor=user, action="register", target="user", target_id=user.public_id)
    return user


def make_staff(*, user: User, actor: User | None = None) -> None:
    """The user may make projects and keep the platform's prices. The same again changes nothing."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        record_event(actor=actor, action="make_staff", target="user", target_id=user.public_id)
