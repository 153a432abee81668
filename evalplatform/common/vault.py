"""Secrets at rest: encrypted under the newest master key, readable under any that is still listed."""

import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from evalplatform.common.errors import Conflict


def encrypt_secret(secret: str) -> str:
    """Ciphertext of `secret`; equal secrets give different texts."""
    return _vault().encrypt(secret.encode()).decode()


def decrypt_secret(ciphertext: str) -> str:
    """The secret again. Raises Conflict when none of the master keys fits."""
    try:
        return _vault().decrypt(ciphertext.encode()).decode()
    except InvalidToken:
        raise Conflict("A stored secret was encrypted under a master key that is not listed here.") from None


def rotate_secret(ciphertext: str) -> str:
    """The same secret under the newest master key."""
    return _vault().rotate(ciphertext.encode()).decode()


def _vault() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.EVALPLATFORM_MASTER_KEYS])


def digest_secret(*parts: str) -> str:
    """A name for secrets that tells nothing of them without the master key: the same on every machine that has it."""
    key = str(settings.EVALPLATFORM_MASTER_KEYS[0]).encode()
    return hmac.digest(key, "\x00".join(parts).encode(), "sha256").hex()
