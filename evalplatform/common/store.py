"""Questions to the store that may go unanswered: a store that is away holds up no request."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import redis
from django.conf import settings

PATIENCE = 0.2  # seconds that the store may take
PAUSE = 5.0  # seconds during which a store that did not answer is not asked again

Answer = TypeVar("Answer")
_asleep_until: dict[str, float] = {}  # by the store's URL


def ask_store(question: Callable[[redis.Redis], Answer], *, default: Answer) -> Answer:
    """What the store says, or `default` while it is away."""
    url: str = settings.REDIS_URL
    if time.monotonic() < _asleep_until.get(url, 0.0):
        return default
    try:
        return question(_open(url))
    except (redis.RedisError, OSError):
        _asleep_until[url] = time.monotonic() + PAUSE
        return default


@lru_cache(maxsize=4)
def _open(url: str) -> redis.Redis:
    """Connections that are kept: to open one takes fifteen times what the store takes to answer. Threads share them."""
    return redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
