"""A second factor: begun, confirmed by a code, asked for at every sign-in from then on, turned off, reset.

The key is encrypted at rest, recovery codes are hashed; the trail tells what was done and holds neither.
"""

from django.db import transaction
from django.utils import timezone

from evalplatform.accounts.audit import record_event
from evalplatform.accounts.codes import draw_key, draw_recovery_codes, find_step, looks_like_digits, read_code
from evalplatform.accounts.models import RecoveryCode, SecondFactor, User
from evalplatform.accounts.passwords import end_sessions
from evalplatform.common.errors import Conflict
from evalplatform.common.hashing import hash_secret
from evalplatform.common.vault import decrypt_secret, encrypt_secret


def has_second_factor(user: User) -> bool:
    """Whether signing in to this account asks for a code."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def read_begun_key(user: User) -> str | None:
    """The key that is to be confirmed yet; one that was confirmed is shown to nobody."""
    begun = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
    try:
        return decrypt_secret(begun.key) if begun else None
    except Conflict:  # the master key is gone: nothing is lost by drawing another one
        return None


def count_recovery_codes(user: User) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(factor__user=user, used_at=None).count()


@transaction.atomic
def begin_second_factor(*, user: User) -> None:
    """Draw a key, in place of one that was begun before. Raises Conflict where a second factor is on."""
    _lock(user)
    if has_second_factor(user):
        raise Conflict("A second factor is on already: turn it off first.")
    SecondFactor.objects.filter(user=user).delete()
    SecondFactor.objects.create(user=user, key=encrypt_secret(draw_key()))
    _record(user, "begin_second_factor")


@transaction.atomic
def confirm_second_factor(*, user: User, code: str) -> list[str] | None:
    """Turn it on and return the recovery codes, to be shown once; None for a wrong code.

    Sessions of the account end, the caller's own too. Raises Conflict where none was begun.
    """
    _lock(user)
    factor = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
    if factor is None:
        raise Conflict("No second factor was begun.")
    if not _take_digits(factor, read_code(code)):
        return None
    factor.confirmed_at = timezone.now()
    factor.save(update_fields=["confirmed_at"])
    end_sessions(user=user)
    _record(user, "turn_on_second_factor")
    return _renew_codes(factor)


@transaction.atomic
def take_code(*, user: User, code: str) -> bool:
    """Whether it is a code of the app or a recovery code that was not used yet; it is used up by this."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        return False
    typed = read_code(code)
    return _take_digits(factor, typed) or _take_recovery_code(factor, typed)


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """Ten new ones, to be shown once; those of before are void. Raises Conflict where no second factor is on."""
    _lock(user)
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        raise Conflict("No second factor is on.")
    _record(user, "renew_recovery_codes")
    return _renew_codes(factor)


@transaction.atomic
def turn_off_second_factor(*, user: User) -> None:
    """Forget key and codes. The same again changes nothing."""
    if SecondFactor.objects.filter(user=user).delete()[0]:
        _record(user, "turn_off_second_factor")


@transaction.atomic
def reset_second_factor(*, user: User) -> bool:
    """For somebody who has lost the app and the codes: forget it, and end all sessions. Whether there was one."""
    if not SecondFactor.objects.filter(user=user).delete()[0]:
        return False
    end_sessions(user=user)
    record_event(actor=None, action="reset_second_factor", target="user", target_id=user.public_id)
    return True


def _lock(user: User) -> None:
    """Of two changes of one account at once, the second waits for the first."""
    User.objects.select_for_update().get(pk=user.pk)


def _take_digits(factor: SecondFactor, code: str) -> bool:
    if not looks_like_digits(code):  # a recovery code works without the master key, too
        return False
    step = find_step(key=decrypt_secret(factor.key), code=code, now=timezone.now())
    if step is None:
        return False
    unused = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
    return bool(unused.update(last_step=step))  # of two who send the same code at once, one gets in


def _take_recovery_code(factor: SecondFactor, code: str) -> bool:
    unused = RecoveryCode.objects.filter(factor=factor, digest=hash_secret(code), used_at=None)
    if not unused.update(used_at=timezone.now()):
        return False
    _record(factor.user, "use_recovery_code")
    return True


def _renew_codes(factor: SecondFactor) -> list[str]:
    codes = draw_recovery_codes()
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=hash_secret(read_code(code))) for code in codes
    )
    return codes


def _record(user: User, action: str) -> None:
    record_event(actor=user, action=action, target="user", target_id=user.public_id)
