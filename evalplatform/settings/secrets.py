"""The platform's own secrets: generated once in embedded mode, demanded from the environment in production."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

MINIMUM_KEY_LENGTH = 50


def generate_master_key() -> str:
    """A Fernet key: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def generate_secret_key() -> str:
    return secrets.token_urlsafe(64)


def keep_secret(data: Path, name: str, generate: Callable[[], str]) -> str:
    """Read `DATA/secrets/name`, made at the first start and readable by its owner only."""
    file = data / "secrets" / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was first
            return file.read_text()
        with os.fdopen(descriptor, "w") as handle:
            handle.write(generate())
    return file.read_text()


def check_secret_key(key: str) -> str:
    """Refuse a key that can be guessed."""
    if len(key) < MINIMUM_KEY_LENGTH or len(set(key)) < 10 or "insecure" in key or "change" in key.lower():
        raise ImproperlyConfigured(
            "SECRET_KEY is a default or too short: make one with"
            ' `python -c "import secrets; print(secrets.token_urlsafe(64))"`'
        )
    return key
