"""The order in which a rater sees the generations of a task, and the way between shown and stored values.

Stored values stand against the canonical order (systems by code point). What is shown is a fair coin, but no
chance: a function of project seed, task, rater and repeat, so that a second lease shows the same sides.
"""

import math

from annotations.models import Criterion, Rater, Task, TaskKind
from evalplatform.agreement.orderings import invert_order, parse_ranking, renumber, spell_ranking
from evalplatform.common.hashing import seeded_integer

SIDES = ("first", "second")
SIZES = {TaskKind.SINGLE: 1, TaskKind.PAIR: 2}  # the others show as many as they have


def draw_order(*, task: Task, rater: Rater, size: int, repeat: int = 0) -> tuple[int, ...]:
    """Canonical positions in the order shown: `(1, 0)` shows the second generation as A."""
    drawn = seeded_integer("sides", task.project.seed, task.identity, rater.public_id, repeat)
    return pick_order(size, drawn % math.factorial(size))


def pick_order(size: int, number: int) -> tuple[int, ...]:
    """The order of this number, from 0, among all orders of `size` positions in the order of a dictionary."""
    left, order = list(range(size)), []
    for remaining in range(size, 0, -1):
        place, number = divmod(number, math.factorial(remaining - 1))
        order.append(left.pop(place))
    return tuple(order)


def count_shown(task: Task) -> int:
    """How many generations the task shows."""
    return SIZES.get(TaskKind(task.kind)) or task.positions.count()


def spell_order(order: tuple[int, ...]) -> str:
    """As the annotation keeps it: `1,0`; empty where there is nothing to order."""
    return ",".join(map(str, order)) if len(order) > 1 else ""


def turn_preference(code: str, order: tuple[int, ...]) -> str:
    """Translate a preference from shown to canonical, or back: swapping two sides is its own reverse."""
    return SIDES[order[SIDES.index(code)]] if code in SIDES and len(order) == 2 else code


def read_order(shown_order: str, size: int) -> tuple[int, ...]:
    """What `spell_order` spelled, of a task with `size` generations."""
    return tuple(map(int, shown_order.split(","))) if shown_order else tuple(range(size))


def store_code(criterion: Criterion, code: str, order: tuple[int, ...]) -> str:
    """A preference or a ranking as shown, in canonical terms. Raises AgreementError for a ranking that is none."""
    if not criterion.is_ranking:
        return turn_preference(code, order)
    return spell_ranking(renumber(parse_ranking(code, len(order)), order))


def show_code(criterion: Criterion, code: str, order: tuple[int, ...]) -> str:
    """The way back: what the rater of a stored code saw and said."""
    return (
        store_code(criterion, code, invert_order(order))
        if criterion.is_ranking
        else turn_preference(code, order)
    )
