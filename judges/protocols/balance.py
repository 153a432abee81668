"""Balanced orders of presentation: over all of them each answer stands in each place equally often.

Williams (1949), "Experimental designs balanced for the estimation of residual effects of treatments": a cyclic Latin
square for an even number of answers, with its mirror image for an odd one, in which each answer also follows each other
answer equally often.
"""

import math

from annotations.domain.showing.presentation import pick_order, spell_order
from annotations.models import Project
from evalplatform.common.hashing import seeded_integer
from judges.protocols.calls import AnyTask

Order = tuple[int, ...]
MOST_ORDERS = 16  # more are only repeats of the same


def count_orders(size: int, asked: int = 0) -> int:
    """How many orders `size` answers are shown in: as many as asked for and there are, 0 for one an answer."""
    return min(asked or size, size if size % 2 == 0 else 2 * size)


def list_orders(size: int, count: int) -> list[Order]:
    """The first `count` balanced orders of `size` positions.

    Each answer stands in each place once with `size` orders, and twice with `2 * size` where that is odd. Short of
    that, each order is followed by its mirror image: with an even `count` each of two comes first equally often.
    """
    half = [place for step in range(1, size) for place in (step, size - step)][: size - 1]
    rows = [tuple((place + shift) % size for place in (0, *half)) for shift in range(size)]
    mirrors = [row[::-1] for row in rows]
    if size % 2 == 0:  # the mirror image of a row is another row
        rows = rows[: size // 2]
        mirrors = mirrors[: size // 2]
    elif count >= size:
        return (rows + mirrors)[:count]
    return [order for pair in zip(rows, mirrors, strict=True) for order in pair][:count]


def draw_orders(project: Project, task: AnyTask, *, size: int, count: int, repeat: int = 0) -> list[str]:
    """The orders in which a task is shown, spelled; which answer begins is a draw by the project's seed."""
    drawn = seeded_integer(project.seed, "orders", task.identity, repeat)
    names = pick_order(size, drawn % math.factorial(size))
    return [spell_order(tuple(names[place] for place in order)) for order in list_orders(size, count)]
