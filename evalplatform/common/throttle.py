"""Slows those who guess: failures of an address, counted in the store for all processes together.

Without the store nobody is slowed: the secrets guarded here are 256 random bits, and turning everybody away would
be the greater harm. Passwords, which can be guessed, have a lock in the database instead.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import redis
import structlog
from django.conf import settings

from evalplatform.common.errors import Throttled

FAILURES = 30  # of one address in one window
WINDOW = 60  # seconds
PATIENCE = 0.2  # seconds that the store may take
PAUSE = 5.0  # seconds during which a store that did not answer is not asked again

log = structlog.get_logger("throttle")
Answer = TypeVar("Answer")
_asleep_until: dict[str, float] = {}  # by the store's URL


def refuse_guessers(*, address: str) -> None:
    """Raises Throttled for an address that has failed too often of late."""
    seconds = _ask(lambda store: _read_wait(store, _key(address)), default=0)
    if seconds > 0:
        raise Throttled("Too many failed attempts. Please wait.", retry_after=seconds)


def count_failure(*, address: str) -> None:
    """Remember that a secret was wrong."""
    failures = _ask(lambda store: _count(store, _key(address)), default=0)
    if failures == FAILURES:
        log.warning("guessing", address=address, failures=failures)


def _key(address: str) -> str:
    return f"evalplatform:guesses:{address}"


def _read_wait(store: "redis.Redis", key: str) -> int:
    found = store.get(key)
    return max(int(store.ttl(key)), 1) if found is not None and int(found) >= FAILURES else 0


def _count(store: "redis.Redis", key: str) -> int:
    with store.pipeline() as pipeline:  # a transaction: a counter never lives on without its end
        pipeline.set(key, 0, ex=WINDOW, nx=True)
        pipeline.incr(key)
        return int(pipeline.execute()[1])


def _ask(question: "Callable[[redis.Redis], Answer]", *, default: Answer) -> Answer:
    url: str = settings.REDIS_URL
    if time.monotonic() < _asleep_until.get(url, 0.0):
        return default
    try:
        with redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE) as store:
            return question(store)
    except (redis.RedisError, OSError):
        _asleep_until[url] = time.monotonic() + PAUSE
        return default
