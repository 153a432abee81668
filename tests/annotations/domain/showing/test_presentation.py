"""Row 29: which answer stands on which side is a fair coin that nothing tells in advance."""

import itertools
import uuid
from collections import Counter
from functools import cache

from annotations.domain.showing.presentation import draw_order, turn_preference
from annotations.models import Project, Rater, Task
from evalplatform.common.hashing import hash_content

DRAWS = 10_000
# Quantiles of chi-square at 1 - 1e-6: fixed seeds make each test pass or fail for ever, by chance once in a million.
BOUND = {1: 23.93, 3: 30.66, 5: 35.89}


@cache
def make_unsaved(number: int, seed: int = 7) -> tuple[Task, Rater]:
    """A task and a rater as the function reads them; ids as random as real ones, but the same in every run."""
    task = Task(project=Project(seed=seed), identity=hash_content(["task", number]))
    return task, Rater(public_id=uuid.UUID(hash_content(["rater", number % 50])[:32], version=4))


def chi_square(counts: Counter[tuple[int, ...]], cells: int) -> float:
    expected = sum(counts.values()) / cells
    return sum((found - expected) ** 2 for found in counts.values()) / expected + expected * (
        cells - len(counts)
    )


def count_orders(size: int) -> Counter[tuple[int, ...]]:
    return Counter(
        draw_order(task=task, rater=rater, size=size) for task, rater in map(make_unsaved, range(DRAWS))
    )


def test_row_29_the_two_sides_are_balanced() -> None:
    assert chi_square(count_orders(2), 2) < BOUND[1]


def test_row_29_the_six_orders_of_three_are_balanced() -> None:
    assert chi_square(count_orders(3), 6) < BOUND[5]


def test_row_29_one_side_says_nothing_of_the_next() -> None:
    """Neither the task before, nor another rater of the task, nor a repeat predicts the order."""
    drawn = [draw_order(task=task, rater=rater, size=2) for task, rater in map(make_unsaved, range(DRAWS))]
    following = Counter(first + second for first, second in itertools.pairwise(drawn))
    beside: Counter[tuple[int, ...]] = Counter()
    repeated: Counter[tuple[int, ...]] = Counter()
    for number in range(DRAWS):
        task, rater = make_unsaved(number)
        _, colleague = make_unsaved(number + 1)
        order = draw_order(task=task, rater=rater, size=2)
        beside[order + draw_order(task=task, rater=colleague, size=2)] += 1
        repeated[order + draw_order(task=task, rater=rater, size=2, repeat=1)] += 1
    assert [chi_square(counts, 4) < BOUND[3] for counts in (following, beside, repeated)] == [True] * 3


def test_row_29_no_bit_of_an_id_that_raters_see_tells_the_side() -> None:
    """The assignment's and the task's public ids are drawn apart from the order; the rater's own id is mixed."""
    sides = [draw_order(task=task, rater=rater, size=2)[0] for task, rater in map(make_unsaved, range(DRAWS))]
    raters = [make_unsaved(number)[1].public_id.int for number in range(DRAWS)]
    for bit in range(128):
        table = Counter(((rater >> bit) & 1, side) for rater, side in zip(raters, sides, strict=True))
        assert chi_square_of_independence(table) < BOUND[1], bit


def test_row_29_another_seed_is_another_coin() -> None:
    pairs: Counter[tuple[int, ...]] = Counter()
    for number in range(DRAWS):
        (task, rater), (other, _) = make_unsaved(number), make_unsaved(number, seed=8)
        pairs[draw_order(task=task, rater=rater, size=2) + draw_order(task=other, rater=rater, size=2)] += 1
    assert chi_square(pairs, 4) < BOUND[3]


def test_a_second_lease_shows_the_same_sides() -> None:
    for number in range(400):
        (task, rater), (again, same) = make_unsaved(number), make_unsaved.__wrapped__(number)
        assert draw_order(task=task, rater=rater, size=2) == draw_order(task=again, rater=same, size=2)


def test_turning_a_preference_twice_changes_nothing() -> None:
    codes = ["first", "second", "tie", "both_good", "both_bad"]
    assert [turn_preference(code, (1, 0)) for code in codes[:3]] == ["second", "first", "tie"]
    for order in ((0, 1), (1, 0)):
        assert [turn_preference(turn_preference(code, order), order) for code in codes] == codes


def test_an_unfair_coin_would_be_found() -> None:
    assert chi_square(Counter({(0, 1): 5250, (1, 0): 4750}), 2) > BOUND[1]
    assert (
        chi_square_of_independence(Counter({(0, 0): 2650, (0, 1): 2350, (1, 0): 2350, (1, 1): 2650}))
        > BOUND[1]
    )


def chi_square_of_independence(table: Counter[tuple[int, int]]) -> float:
    total = sum(table.values())
    rows = [sum(table[row, column] for column in (0, 1)) for row in (0, 1)]
    columns = [sum(table[row, column] for row in (0, 1)) for column in (0, 1)]
    if 0 in rows or 0 in columns:  # fixed bits of a version 4 id
        return 0.0
    expected = {(r, c): rows[r] * columns[c] / total for r in (0, 1) for c in (0, 1)}
    return sum((table[cell] - expected[cell]) ** 2 / expected[cell] for cell in expected)
