"""Typed access to the environment, for the settings modules only."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

REPOSITORY = Path(__file__).resolve().parents[2]


def read_text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def require_text(name: str, why: str) -> str:
    value = read_text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return value


def read_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in read_text(name, default).split(",") if part.strip()]


def read_number(name: str, default: float) -> float:
    value = read_text(name)
    try:
        return float(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}") from None


def data_folder() -> Path:
    """Where the embedded database, store, secrets and logs live."""
    return Path(read_text("EVALPLATFORM_DATA") or REPOSITORY / "var").resolve()


def make_private(folder: Path) -> None:
    """Make the folder, or make sure, where it is ours, that nobody else can look into it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o700)
