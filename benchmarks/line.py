"""The one line a figure is printed as, and how it is timed."""

import json
import statistics
import sys
import time
from collections.abc import Callable

REPEATS = 5


def measure_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median CPU seconds of this process over `repeats` calls."""
    return statistics.median(_time_once(work) for _ in range(repeats))


def _time_once(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def print_figure(
    *,
    area: str,
    name: str,
    value: float,
    unit: str,
    target: float | None = None,
    peer: str | None = None,
    peer_value: float | None = None,
) -> None:
    """Print one figure; `ok` is null where there is no target (a smaller value is better)."""
    figure = {
        "area": area,
        "name": name,
        "value": round(value, 6),
        "unit": unit,
        "peer": peer,
        "peer_value": None if peer_value is None else round(peer_value, 6),
        "ratio": None if not peer_value else round(value / peer_value, 6),
        "target": target,
        "ok": None if target is None else value <= target,
    }
    sys.stdout.write(json.dumps(figure) + "\n")
