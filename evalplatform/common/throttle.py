"""Slows those who guess: failures of an address, counted in the store for all processes together.

Without the store nobody is slowed: the secrets guarded here are 256 random bits, and turning everybody away would
be the greater harm. Passwords, which can be guessed, have a lock in the database instead.
"""

import redis
import structlog

from evalplatform.common.errors import Throttled
from evalplatform.common.store import ask_store

FAILURES = 30  # of one address in one window
WINDOW = 60  # seconds

log = structlog.get_logger("throttle")


def refuse_guessers(*, address: str) -> None:
    """Raises Throttled for an address that has failed too often of late."""
    seconds = ask_store(lambda store: _read_wait(store, _key(address)), default=0)
    if seconds > 0:
        raise Throttled("Too many failed attempts. Please wait.", retry_after=seconds)


def count_failure(*, address: str) -> None:
    """Remember that a secret was wrong."""
    failures = ask_store(lambda store: _count(store, _key(address)), default=0)
    if failures == FAILURES:
        log.warning("guessing", address=address, failures=failures)


def _key(address: str) -> str:
    return f"evalplatform:guesses:{address}"


def _read_wait(store: redis.Redis, key: str) -> int:
    found = store.get(key)
    return max(int(store.ttl(key)), 1) if found is not None and int(found) >= FAILURES else 0


def _count(store: redis.Redis, key: str) -> int:
    with store.pipeline() as pipeline:  # a transaction: a counter never lives on without its end
        pipeline.set(key, 0, ex=WINDOW, nx=True)
        pipeline.incr(key)
        return int(pipeline.execute()[1])
