"""Closeness of ratings, and that of chance, against going through all pairs."""

from itertools import product

import numpy as np
import pytest

from evalplatform.agreement import RatingTable
from evalplatform.agreement.raters.closeness import chance_closeness, find_closeness, place_values
from evalplatform.agreement.table import TableLevel

LEVELS: tuple[TableLevel, ...] = ("nominal", "ordinal", "interval")


def draw(level: TableLevel) -> RatingTable:
    """Ratings of 30 units by some of five raters, on a scale with a gap."""
    rng = np.random.default_rng(7)
    rows = [
        (unit, rater, (1, 2, 3, 7)[rng.integers(4)])
        for unit, rater in product(range(30), "abcde")
        if rng.random() < 0.7
    ]
    return RatingTable.from_records(rows, level=level)


def near(level: TableLevel, one: int, other: int) -> float:
    if level == "nominal":
        return float(one == other)
    places = {1: 0.0, 2: 1.0, 3: 2.0, 7: 3.0} if level == "ordinal" else {1: 0.0, 2: 0.5, 3: 1.0, 7: 3.0}
    return 1 - abs(places[one] - places[other]) / 3


@pytest.mark.parametrize("level", LEVELS)
def test_closeness_is_the_mean_over_pairs(level: TableLevel) -> None:
    table = draw(level)
    found, values = find_closeness(table), [int(str(table.categories[code])) for code in table.value]
    for row, unit in enumerate(table.unit):
        others = [n for n in range(len(table)) if table.unit[n] == unit and n != row]
        assert found.size[row] == len(others) + 1
        if not others:
            assert np.isnan(found.own[row])
            continue
        own = np.mean([near(level, values[row], values[n]) for n in others])
        pairs = [near(level, values[one], values[n]) for one in others for n in others if n != one]
        assert found.own[row] == pytest.approx(own)
        assert found.among[row] == pytest.approx(np.mean(pairs) if pairs else 0.0)


@pytest.mark.parametrize("level", LEVELS)
def test_chance_is_the_mean_over_all_orders_of_the_own_values(level: TableLevel) -> None:
    table = draw(level)
    values, own = [int(str(table.categories[code])) for code in table.value], find_closeness(table).own
    chance = chance_closeness(table)
    for rater in range(5):
        rows = [n for n in range(len(table)) if table.rater[n] == rater and np.isfinite(own[n])]
        others = [
            [values[n] for n in range(len(table)) if table.unit[n] == table.unit[row] and n != row]
            for row in rows
        ]
        expected = [
            np.mean([near(level, values[row], n) for n in held]) for row, held in product(rows, others)
        ]
        assert chance[rater] == pytest.approx(np.mean(expected))


def test_a_scale_without_an_order_or_with_one_value_has_no_places() -> None:
    assert place_values(draw("nominal")) is None
    alone = RatingTable.from_records([(1, "a", 3), (1, "b", 3)], level="interval")
    assert place_values(alone) is None
    assert find_closeness(alone).own.tolist() == [1.0, 1.0]


def test_nothing_has_no_closeness() -> None:
    table = RatingTable.from_records([], level="nominal")
    assert find_closeness(table).own.size == 0
    assert chance_closeness(table).size == 0
