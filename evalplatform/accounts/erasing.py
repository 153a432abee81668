"""An account that is given up: whose it was cannot be read anywhere afterwards, and nobody can sign in with it."""

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db import transaction
from django.utils import timezone

from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import ApiToken, IdempotentReply, SecondFactor, SignInLink, User
from evalplatform.accounts.passwords import end_sessions

PREFIX = "deleted-"  # with a part of the public id: what the trail still says


@transaction.atomic
def erase_user(*, user: User, actor: User | None) -> None:
    """Erase what is personal; sessions, tokens, links, second factor end at once. The same again changes nothing."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erased_at is not None:
        return
    _forget_sign_ins(user.username)
    user.username = f"{PREFIX}{user.public_id.hex[:12]}"
    user.first_name = user.last_name = user.email = user.language = user.time_zone = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.erased_at = timezone.now()
    user.set_unusable_password()
    user.save()
    for model in (ApiToken, SignInLink, IdempotentReply, SecondFactor):
        model._default_manager.filter(user=user).delete()
    end_sessions(user=user)
    record_event(actor=actor, action="erase_account", target="user", target_id=user.public_id)


def _forget_sign_ins(username: str) -> None:
    """Counted failures and logged sign-ins hold the name and the address."""
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(username=username).delete()
