"""SQLite in the data folder, or PostgreSQL by `DATABASE_URL`."""

from pathlib import Path
from typing import Any  # Django's DATABASES is a dict of mixed values
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

KEEP_CONNECTED = 60  # seconds: opening a connection costs more than most requests ask of it
SQLITE_OPTIONS = {
    # A read that turns into a write fails at once in a deferred transaction, whatever the timeout: take the lock first.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=20000;"
    ),
}


def sqlite_database(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "CONN_MAX_AGE": KEEP_CONNECTED,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def _read_threshold(text: str) -> int | None:
    """None: statements are never prepared, as poolers in transaction mode want it."""
    if text == "none":
        return None
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured("prepare_threshold in DATABASE_URL is a number of uses, or none")
    return int(text)


def postgres_database(url: str) -> dict[str, Any]:
    """Translate `postgresql://user:password@host:port/name?option=value`; `host` may be an option (a socket folder)."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": options.pop("user", unquote(parts.username or "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", parts.port or ""),
        "CONN_MAX_AGE": KEEP_CONNECTED,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout=15s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s",
            # Of statements that are composed once (evalplatform/common/composed.py): planned after so many uses.
            "prepare_threshold": _read_threshold(options.pop("prepare_threshold", "3")),
            **options,
        },
    }
