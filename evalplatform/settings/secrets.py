"""The platform's own secrets: generated once in embedded mode, demanded from the environment in production."""

import base64
import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
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
        _write_once(file, generate())
    return file.read_text()


def _write_once(file: Path, text: str) -> None:
    """Let the file appear whole, and only if no other process was first."""
    descriptor, partial = tempfile.mkstemp(dir=file.parent)  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w") as handle:
            handle.write(text)
        with suppress(FileExistsError):
            os.link(partial, file)
    finally:
        os.unlink(partial)


def check_secret_key(key: str) -> str:
    """Refuse a key that can be guessed."""
    if len(key) < MINIMUM_KEY_LENGTH or len(set(key)) < 10 or "insecure" in key or "change" in key.lower():
        raise ImproperlyConfigured(
            "SECRET_KEY is a default or too short: make one with"
            ' `python -c "import secrets; print(secrets.token_urlsafe(64))"`'
        )
    return key
