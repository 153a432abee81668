"""The order in which a rater sees the generations of a task, and the way between shown and stored values.

Stored values stand against the canonical order (systems by code point). What is shown is a fair coin, but no
chance: a function of project seed, task, rater and repeat, so that a second lease shows the same sides.
"""

import itertools

from annotations.models import Rater, Task, TaskKind
from evalplatform.common.hashing import seeded_integer

SIDES = ("first", "second")
SIZES = {TaskKind.SINGLE: 1, TaskKind.PAIR: 2}  # the others show as many as they have


def draw_order(*, task: Task, rater: Rater, size: int, repeat: int = 0) -> tuple[int, ...]:
    """Canonical positions in the order shown: `(1, 0)` shows the second generation as A."""
    orders = list(itertools.permutations(range(size)))
    drawn = seeded_integer("sides", task.project.seed, task.identity, rater.public_id, repeat)
    return orders[drawn % len(orders)]


def count_shown(task: Task) -> int:
    """How many generations the task shows."""
    return SIZES.get(TaskKind(task.kind)) or task.positions.count()


def spell_order(order: tuple[int, ...]) -> str:
    """As the annotation keeps it: `1,0`; empty where there is nothing to order."""
    return ",".join(map(str, order)) if len(order) > 1 else ""


def turn_preference(code: str, order: tuple[int, ...]) -> str:
    """Translate a preference from shown to canonical, or back: swapping two sides is its own reverse."""
    return SIDES[order[SIDES.index(code)]] if code in SIDES and len(order) == 2 else code
