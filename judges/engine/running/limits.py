"""How long a worker keeps a run, and how soon it must be heard of."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings


@dataclass(slots=True)
class Limits:
    """How long a loop works, and who may end it sooner: with `turn` seconds also another run that waits."""

    seconds: float
    should_stop: Callable[[], bool] = lambda: False
    on_written: Callable[[int], None] = lambda verdicts: None
    turn: float = float("inf")


def get_shortest_lease() -> float:
    """Seconds within which a loop must be heard of."""
    return float(min(settings.EVALPLATFORM_SHARD_LEASE, settings.EVALPLATFORM_ATTEMPT_LEASE))
