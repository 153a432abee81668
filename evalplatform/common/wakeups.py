"""Wake-ups by job name, after commit and at best effort: the database holds the work, and the sweep finds it."""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger("wakeups")


def ring(job: str, *ids: int | str) -> None:
    """Ask a worker to run `job` with these ids once the current transaction has committed."""
    transaction.on_commit(lambda: _send(job, ids))


def _send(job: str, ids: tuple[int | str, ...]) -> None:
    try:
        current_app.send_task(job, args=ids)
    except (OperationalError, OSError) as error:
        log.warning("wake-up not sent; the sweep will find the work", job=job, reason=type(error).__name__)
