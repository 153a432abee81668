"""Weighted figures against the same figures worked out pair by pair, in plain loops."""

from itertools import permutations

import krippendorff
import numpy as np
import pytest

from evalplatform.agreement import LEVELS, Level, RatingTable
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import count_per_unit, gather_cells
from evalplatform.agreement.contingency import Contingency, ContingencyCounts
from evalplatform.agreement.reliability.alpha import Alpha
from evalplatform.agreement.reliability.categories import SpecificShare
from evalplatform.agreement.reliability.chance import Chance, ChanceCorrected
from evalplatform.agreement.reliability.cross_table import CrossTable
from evalplatform.agreement.reliability.distances import DISTANCES
from evalplatform.agreement.reliability.weighting import make_credit
from evalplatform.agreement.resampling import Statistic
from evalplatform.agreement.shares import BetweenShare, ValueShare, WithinShare

RATERS, UNITS, CLUSTERS = 6, 24, 8


@pytest.fixture
def table() -> RatingTable:
    rng = np.random.default_rng(4)
    units, raters = np.nonzero(rng.random((UNITS, RATERS)) < 0.7)
    values = np.clip(units % 4 + rng.integers(0, 2, len(units)), 1, 4)
    repeated = [0, 1]  # two raters rate the first unit again
    return RatingTable.from_arrays(
        np.append(units, [0, 0]),
        np.append(raters, repeated),
        np.append(values, [1, 3]),
        clusters=np.append(units, [0, 0]) % CLUSTERS,
        level="ratio",
    )


@pytest.fixture
def items() -> FloatArray:
    return np.random.default_rng(5).integers(0, 3, size=(CLUSTERS, 3)).astype(np.float64)


@pytest.fixture
def raters() -> FloatArray:
    return np.random.default_rng(6).integers(0, 3, size=(RATERS, 3)).astype(np.float64)


def ratings_of(table: RatingTable, unit: int) -> list[tuple[int, int]]:
    rows = np.flatnonzero(table.unit == unit)
    return [(int(table.rater[row]), int(table.value[row])) for row in rows]


def test_pairs_weigh_the_product_of_their_draws(
    table: RatingTable, items: FloatArray, raters: FloatArray
) -> None:
    cells = gather_cells(table, count_per_unit(table) >= 2, crossed=True)
    found = WithinShare(cells, matchable=np.ones(4, dtype=np.bool_), mean="micro").under(items, raters)
    for draw in range(3):
        equal = pairs = 0.0
        for unit in range(UNITS):
            for (i, one), (j, other) in permutations(ratings_of(table, unit), 2):
                weight = items[unit % CLUSTERS, draw] * raters[i, draw] * raters[j, draw]
                equal, pairs = equal + weight * (one == other), pairs + weight
        assert found[draw] == pytest.approx(equal / pairs)


def test_pairs_across_groups_weigh_the_product_of_their_draws(
    table: RatingTable, items: FloatArray, raters: FloatArray
) -> None:
    side = (table.rater >= 2).astype(np.int64)
    cells = gather_cells(table, count_per_unit(table) > 0, side=side, crossed=True)
    found = BetweenShare(cells, matchable=np.ones(4, dtype=np.bool_)).under(items, raters)
    for draw in range(3):
        equal = pairs = 0.0
        for unit in range(UNITS):
            for (i, one), (j, other) in permutations(ratings_of(table, unit), 2):
                if i < 2 <= j:
                    weight = items[unit % CLUSTERS, draw] * raters[i, draw] * raters[j, draw]
                    equal, pairs = equal + weight * (one == other), pairs + weight
        assert found[draw] == pytest.approx(equal / pairs)


def test_a_fixed_side_gives_the_same_figures_by_a_shorter_way(
    table: RatingTable, items: FloatArray, raters: FloatArray
) -> None:
    side = (table.rater >= 2).astype(np.int64)
    judged = table.with_kinds({"0": "fixed", "1": "fixed"})
    draws = np.vstack([np.ones((2, 3)), raters[2:]])
    ways = [
        BetweenShare(
            gather_cells(held, count_per_unit(held) > 0, side=side, crossed=True),
            matchable=np.ones(4, dtype=np.bool_),
        )
        for held in (judged, table)
    ]
    assert [way.of_raters is None for way in ways] == [False, True]
    assert ways[0].under(items, draws) == pytest.approx(ways[1].under(items, draws))


def square_distance(level: Level, one: int, other: int, marginals: list[float]) -> float:
    low, high = sorted((one, other))
    x, y = low + 1, high + 1  # the values are 1 to 4
    ranks = sum(marginals[low : high + 1]) - (marginals[low] + marginals[high]) / 2
    return {
        "nominal": float(x != y),
        "ordinal": ranks**2,
        "interval": (x - y) ** 2,
        "ratio": ((x - y) / (x + y)) ** 2,
    }[level]


def alpha_by_pairs(table: RatingTable, level: Level, items: FloatArray, raters: FloatArray) -> float:
    """Alpha of one draw: unit u holds m ratings, and its pairs of different ratings share a weight of m."""
    coincidences = np.zeros((4, 4))
    for unit in range(UNITS):
        ratings = ratings_of(table, unit)
        pairs = sum(raters[i] * raters[j] for (i, _), (j, _) in permutations(ratings, 2))
        size = sum(raters[i] for i, _ in ratings)
        for (i, one), (j, other) in permutations(ratings, 2):
            if pairs:
                coincidences[one, other] += items[unit % CLUSTERS] * raters[i] * raters[j] * size / pairs
    paired = [unit for unit in range(UNITS) if len({i for i, _ in ratings_of(table, unit) if raters[i]}) > 1]
    marginals = [0.0] * 4
    for unit in paired:
        for i, value in ratings_of(table, unit):
            marginals[value] += items[unit % CLUSTERS] * raters[i]
    cells = [(k, j, square_distance(level, k, j, marginals)) for k in range(4) for j in range(4)]
    observed = sum(coincidences[k, j] * gap for k, j, gap in cells)
    expected = sum(marginals[k] * marginals[j] * gap for k, j, gap in cells)
    return float(1 - (sum(marginals) - 1) * observed / expected)


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_of_draws_of_items_and_raters(
    table: RatingTable, level: Level, items: FloatArray, raters: FloatArray
) -> None:
    table = table.keep(~np.isin(np.arange(len(table)), [len(table) - 1, len(table) - 2]))
    cells = gather_cells(table, count_per_unit(table) >= 2, crossed=True)
    figure = Alpha(cells, distance=DISTANCES[level](table.numbers, 4), matchable=np.ones(4, dtype=np.bool_))
    found = figure.under(items, raters)
    for draw in range(3):
        assert found[draw] == pytest.approx(alpha_by_pairs(table, level, items[:, draw], raters[:, draw]))


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_of_a_draw_of_items_is_alpha_of_the_copied_units(level: Level) -> None:
    rng = np.random.default_rng(8)
    matrix = rng.integers(1, 5, size=(3, 40)).astype(np.float64)
    matrix[rng.random(matrix.shape) < 0.2] = np.nan
    who, units = np.nonzero(~np.isnan(matrix))
    table = RatingTable.from_arrays(units, who, matrix[who, units], clusters=units // 5, level="ratio")
    cells = gather_cells(table, count_per_unit(table) >= 2)
    figure = Alpha(cells, distance=DISTANCES[level](table.numbers, 4), matchable=np.ones(4, dtype=np.bool_))
    weights = rng.integers(0, 4, size=8)
    copied = np.repeat(matrix, np.repeat(weights, 5), axis=1)
    expected = krippendorff.alpha(reliability_data=copied, level_of_measurement=level)
    assert figure.under(weights[:, None].astype(np.float64))[0] == pytest.approx(expected, abs=1e-12)


def test_units_with_the_same_counts_are_one_type() -> None:
    rows = [(unit, rater, unit % 2 or rater) for unit in range(100) for rater in (0, 1, 2)]
    table = RatingTable.from_records(rows, level="nominal")
    cells = gather_cells(table, count_per_unit(table) >= 2)
    assert sorted(cells.multiplicity.tolist()) == [50, 50]
    apart = gather_cells(table, count_per_unit(table) >= 2, crossed=True)
    assert apart.multiplicity.tolist() == [1] * 100
    one = np.ones(3, dtype=np.bool_)
    assert WithinShare(cells, matchable=one, mean="macro").under(
        cells.multiplicity[:, None].astype(float)
    ) == (WithinShare(apart, matchable=one, mean="macro").under(np.ones((100, 1))))


def test_votes_of_drawn_raters_elect_the_winner(
    table: RatingTable, items: FloatArray, raters: FloatArray
) -> None:
    side = (table.rater > 0).astype(np.int64)
    cells = gather_cells(table, count_per_unit(table) > 0, side=side, crossed=True)
    figure = Contingency(ContingencyCounts(cells, tied=0), credit=np.eye(4), coefficient="agreement")
    found = figure.under(items, np.vstack([np.ones((1, 3)), raters[1:]]))
    for draw in range(3):
        met = total = 0.0
        for unit in range(UNITS):
            votes = [0.0] * 4
            for i, value in ratings_of(table, unit):
                votes[value] += raters[i, draw] * (i > 0)
            winners = [value for value in range(4) if votes[value] == max(votes)]
            for i, value in ratings_of(table, unit):
                if i == 0 and max(votes) > 0:
                    met += items[unit % CLUSTERS, draw] * (value == (winners[0] if len(winners) == 1 else 0))
                    total += items[unit % CLUSTERS, draw]
        assert found[draw] == pytest.approx(met / total)


def test_pairs_across_groups_are_tabulated_by_the_product_of_their_draws(
    table: RatingTable, items: FloatArray, raters: FloatArray
) -> None:
    side = (table.rater >= 2).astype(np.int64)
    cells = gather_cells(table, count_per_unit(table) > 0, side=side, crossed=True)
    credit = make_credit(4, "quadratic")
    figure = CrossTable(cells, credit=credit, coefficient="scott_pi")
    ones = np.ones_like(raters)
    for weights, found in ((raters, figure.under(items, raters)), (ones, figure.under(items))):
        for draw in range(3):
            met = np.zeros((4, 4))
            for unit in range(UNITS):
                for (i, one), (j, other) in permutations(ratings_of(table, unit), 2):
                    if i < 2 <= j:
                        met[one, other] += items[unit % CLUSTERS, draw] * weights[i, draw] * weights[j, draw]
            shares = (met.sum(axis=0) + met.sum(axis=1)) / (2 * met.sum())
            expected = shares @ credit @ shares
            assert found[draw] == pytest.approx(
                ((met * credit).sum() / met.sum() - expected) / (1 - expected)
            )


def test_pairs_of_one_category_weigh_the_product_of_their_draws(
    table: RatingTable, items: FloatArray, raters: FloatArray
) -> None:
    cells = gather_cells(table, count_per_unit(table) >= 2, crossed=True)
    found = SpecificShare(cells, category=1, matchable=True).under(items, raters)
    for draw in range(3):
        equal = pairs = 0.0
        for unit in range(UNITS):
            for (i, one), (j, other) in permutations(ratings_of(table, unit), 2):
                weight = items[unit % CLUSTERS, draw] * raters[i, draw] * raters[j, draw] * (one == 1)
                equal, pairs = equal + weight * (one == other), pairs + weight
        assert found[draw] == pytest.approx(equal / pairs)


def chance_by_pairs(table: RatingTable, chance: Chance, items: FloatArray, raters: FloatArray) -> float:
    """Linear weights; each unit drawn is a unit, and a pair of ratings weighs what its raters do."""
    credit = 1 - np.abs(np.subtract.outer(np.arange(4), np.arange(4))) / 3
    met = paired = rated = 0.0
    shares, of_raters = np.zeros(4), np.zeros((RATERS, 4))
    for unit in range(UNITS):
        ratings, weight = ratings_of(table, unit), items[unit % CLUSTERS]
        pairs = [(raters[i] * raters[j], credit[k, m]) for (i, k), (j, m) in permutations(ratings, 2)]
        total, size = sum(pair for pair, _ in pairs), sum(raters[i] for i, _ in ratings)
        for i, k in ratings:
            shares[k] += weight * raters[i] / size if size else 0
            of_raters[i, k] += weight
        rated += weight * (size > 0)
        if total:
            met += weight * sum(pair * agreed for pair, agreed in pairs) / total
            paired += weight
    drawn = shares / rated
    if chance == "own":
        own = of_raters / of_raters.sum(axis=1, keepdims=True)
        held = [(raters[i] * raters[j], own[i] @ credit @ own[j]) for i, j in permutations(range(RATERS), 2)]
        expected = sum(pair * each for pair, each in held) / sum(pair for pair, _ in held)
    else:
        expected = {
            "shared": drawn @ credit @ drawn,
            "uniform": credit.mean(),
            "gwet": credit.sum() / 12 * (drawn * (1 - drawn)).sum(),
        }[chance]
    return float((met / paired - expected) / (1 - expected))


@pytest.mark.parametrize("chance", ["shared", "own", "uniform", "gwet"])
def test_chance_of_drawn_raters(
    table: RatingTable, chance: Chance, items: FloatArray, raters: FloatArray
) -> None:
    cells = gather_cells(table, count_per_unit(table) > 0, side=table.rater, crossed=True)
    figure = ChanceCorrected(cells, credit=make_credit(4, "linear"), chance=chance)
    ones = np.ones_like(raters)
    for weights, found in ((raters, figure.under(items, raters)), (ones, figure.under(items))):
        for draw in range(3):
            expected = chance_by_pairs(table, chance, items[:, draw], weights[:, draw])
            assert found[draw] == pytest.approx(expected)


def test_raters_that_all_weigh_one_change_nothing(table: RatingTable, items: FloatArray) -> None:
    side = (table.rater > 0).astype(np.int64)
    cells = gather_cells(table, count_per_unit(table) >= 2, side=side, crossed=True)
    matchable = np.array([True, True, True, False])
    figures: list[Statistic] = [
        WithinShare(cells, matchable=matchable, mean="micro"),
        WithinShare(cells, matchable=matchable, mean="macro"),
        BetweenShare(cells, matchable=matchable),
        ValueShare(cells, points=np.array([[0, 1, 0.5, 0], [1, 0, 0.5, 0]])),
        Contingency(
            ContingencyCounts(cells, left_out=[1], tied=0), credit=np.eye(4), coefficient="cohen_kappa"
        ),
        Alpha(cells, distance=DISTANCES["nominal"](None, 4), matchable=matchable),
        Alpha(cells, distance=DISTANCES["ordinal"](None, 4), matchable=np.ones(4, dtype=np.bool_)),
    ]
    for figure in figures:
        assert figure.under(items, np.ones((RATERS, 3))) == pytest.approx(figure.under(items))
