"""Wake-ups by job name, after commit and at best effort: the database holds the work, and the sweep finds it.

Nobody waits for a store that is away: what rings has a connection of its own with short time-outs, and after a
failure nothing is tried for a while.
"""

import time

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu import Connection
from kombu.pools import producers

log = structlog.get_logger("wakeups")

REST = 5.0
PATIENCE = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
_silent_until: dict[str, float] = {}  # by broker


def ring(job: str, *ids: int | str) -> None:
    """Ask a worker to run `job` with these ids once the current transaction has committed."""
    transaction.on_commit(lambda: _send(job, ids))


def _send(job: str, ids: tuple[int | str, ...]) -> None:
    broker = str(settings.CELERY_BROKER_URL)
    if time.monotonic() < _silent_until.get(broker, 0.0):
        return
    try:
        with producers[_bell(broker)].acquire(block=True, timeout=1) as producer:
            current_app.send_task(job, args=ids, producer=producer)
    except Exception as error:  # noqa: BLE001 - the work is stored: whatever a bell dies of, nobody else does
        _silent_until[broker] = time.monotonic() + REST
        log.warning(
            "wake-up not sent, no other is tried for a while; the sweep will find the work",
            job=job, seconds=REST, reason=type(error).__name__,
        )  # fmt: skip


def _bell(broker: str) -> Connection:
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **PATIENCE}
    return current_app.connection_for_write(url=broker, transport_options=options)
