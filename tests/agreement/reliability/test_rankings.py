"""Agreement in order, against scipy and against the data copied out as often as they were drawn."""

import warnings
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import friedmanchisquare, kendalltau, rankdata, spearmanr

from evalplatform.agreement import (
    AgreementError,
    Estimate,
    RatingTable,
    Undefined,
    kendall_tau_b,
    kendall_w,
    spearman_rho,
)
from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.reliability.coefficients import Association
from evalplatform.agreement.reliability.grids import make_grid
from evalplatform.agreement.reliability.ranks import Concordance, RankAssociation

Figure = Callable[..., Estimate]
Draws = tuple[IntArray, IntArray]
PAIRED: dict[str, tuple[Figure, Callable[..., tuple[float, float]]]] = {
    "rho": (spearman_rho, spearmanr),
    "tau": (kendall_tau_b, kendalltau),
}
ORACLES: dict[Association, Callable[..., tuple[float, float]]] = {
    "spearman_rho": spearmanr,
    "kendall_tau_b": kendalltau,
}
each_pair = pytest.mark.parametrize(("figure", "oracle"), PAIRED.values(), ids=PAIRED)


def read_array(matrix: FloatArray | IntArray) -> RatingTable:
    """(units, raters)"""
    units, raters = np.indices(matrix.shape)
    return RatingTable.from_arrays(units.ravel(), raters.ravel(), matrix.ravel(), level="ordinal")


def concordance(matrix: FloatArray | IntArray) -> float:
    """Kendall's W by way of Friedman's test, which corrects for ties too."""
    units, raters = matrix.shape
    return float(friedmanchisquare(*matrix).statistic / (raters * (units - 1)))


@each_pair
@pytest.mark.parametrize(("units", "size"), [(7, 3), (60, 2), (90, 6), (300, 10**6)])
def test_two_sources_equal_scipy(
    figure: Figure, oracle: Callable[..., tuple[float, float]], units: int, size: int
) -> None:
    rng = np.random.default_rng(units)
    first = rng.integers(0, size, units)
    second = np.where(rng.random(units) < 0.5, first, rng.integers(0, size, units)) / 7
    found = figure(first, second, inference=None)
    assert found.estimate == pytest.approx(oracle(first, second)[0], abs=1e-12)
    assert (found.n, found.n_unit, found.level) == (units, "units", "ordinal")


def test_known_answers() -> None:
    rho = spearman_rho([1, 2, 3, 4, 5], [5, 6, 7, 8, 7], inference=None)
    tau = kendall_tau_b([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], inference=None)
    assert rho.estimate == pytest.approx(0.820783, abs=1e-6)
    assert tau.estimate == pytest.approx(-0.471405, abs=1e-6)


@pytest.mark.parametrize(("units", "raters", "size"), [(5, 3, 9), (40, 4, 3), (80, 11, 5)])
def test_concordance_is_that_of_friedmans_test(units: int, raters: int, size: int) -> None:
    matrix = np.random.default_rng(units).integers(0, size, (units, raters))
    found = kendall_w(read_array(matrix), inference=None)
    assert found.estimate == pytest.approx(concordance(matrix), abs=1e-12)
    assert (found.n, found.n_unit) == (units, "units")


def test_concordance_is_the_mean_rank_correlation_in_another_dress() -> None:
    matrix = np.array([[1, 2, 2], [2, 1, 3], [3, 4, 1], [4, 3, 4]])
    rhos = [spearmanr(matrix[:, i], matrix[:, j])[0] for i, j in ((0, 1), (0, 2), (1, 2))]
    assert kendall_w(read_array(matrix), inference=None).estimate == pytest.approx(
        (1 + 2 * np.mean(rhos)) / 3
    )


@pytest.fixture
def drawn() -> Draws:
    """Ratings of 24 units by four raters, and how often each unit was drawn."""
    rng = np.random.default_rng(2)
    return rng.integers(0, 4, (24, 4)), rng.integers(0, 3, 24)


def test_draws_of_units_are_copies_of_them(drawn: Draws) -> None:
    matrix, weights = drawn
    table = RatingTable.from_arrays(
        np.repeat(np.arange(24), 4),
        np.tile(np.arange(4), 24),
        matrix.ravel(),
        clusters=np.repeat(np.arange(24), 4) % 23,  # two units share an item, so that each is a type
        level="ordinal",
    )
    weights[23] = weights[0]
    copied = np.repeat(matrix, weights, axis=0)
    items = weights[:23, None].astype(np.float64)
    assert Concordance(make_grid(table)).under(items)[0] == pytest.approx(concordance(copied))
    two = make_grid(table.subset(raters=["0", "1"]))
    for name, oracle in ORACLES.items():
        found = RankAssociation(two, name).under(items)[0]
        assert found == pytest.approx(oracle(copied[:, 0], copied[:, 1])[0])


def test_raters_drawn_twice_do_not_agree_with_themselves(drawn: Draws) -> None:
    matrix, _ = drawn
    raters = np.array([2.0, 0.0, 1.0, 1.0])
    ranks = np.apply_along_axis(rankdata, 0, matrix) - 12.5
    pairs = list(permutations(range(4), 2))
    weight = [raters[i] * raters[j] for i, j in pairs]
    product = np.average([ranks[:, i] @ ranks[:, j] for i, j in pairs], weights=weight)
    mean = np.average(np.square(ranks).sum(axis=0), weights=raters)
    grid = make_grid(read_array(matrix), crossed=True)
    found = Concordance(grid).under(np.ones((24, 1)), raters[:, None])
    assert found[0] == pytest.approx(1 / 4 + 3 / 4 * product / mean)
    assert Concordance(grid).under(np.ones((24, 1)), np.ones((4, 1)))[0] == pytest.approx(concordance(matrix))


def test_intervals_of_raters_are_wider_than_those_of_items() -> None:
    rng = np.random.default_rng(5)
    truth, skill = rng.normal(size=(80, 1)), np.array([0.1, 0.3, 0.5, 1.0, 2.0, 4.0])
    table = read_array(truth + rng.normal(size=(80, 6)) * skill)
    these, population = kendall_w(table), kendall_w(table, inference="rater_population")
    assert these.estimate == pytest.approx(population.estimate)
    assert (these.method, population.method) == ("item_bootstrap", "two_way_bootstrap")
    assert these.low is not None
    assert population.low is not None
    assert population.low < these.low


def test_the_bootstrap_finds_the_standard_error_of_rho() -> None:
    # bivariate normal, rho 0: 1 / sqrt(n - 1)
    rng = np.random.default_rng(8)
    found = spearman_rho(rng.normal(size=400), rng.normal(size=400), resamples=2000)
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / 3.92 == pytest.approx(1 / np.sqrt(399), rel=0.12)


def test_words_of_a_scale_have_an_order() -> None:
    scale = ["bad", "fair", "good"]
    first, second = ["bad", "fair", "good", "good"], ["bad", "good", "fair", "good"]
    found = spearman_rho(first, second, categories=scale, inference=None)
    places = [[scale.index(word) for word in column] for column in (first, second)]
    assert found.estimate == pytest.approx(spearmanr(*places)[0])
    with pytest.raises(AgreementError, match="in their order"):
        spearman_rho(first, second)
    nominal = RatingTable.from_records([(1, "a", "x"), (1, "b", "y")], level="nominal")
    with pytest.raises(AgreementError, match="words in an order"):
        kendall_w(nominal)


def test_weights_are_refused() -> None:
    table = RatingTable.from_arrays([1, 1], ["a", "b"], [1, 2], weights=[1.0, 2.0], level="ordinal")
    with pytest.raises(AgreementError, match="weights of ratings"):
        kendall_w(table)


def test_units_that_one_source_missed_are_left_out() -> None:
    found = kendall_tau_b([1, 2, None, 3, 4], [1, 2, 3, 4, None], inference=None)
    assert (found.estimate, found.n, found.excluded) == (1.0, 3, {"missing": 2, "unpaired": 2})


@each_pair
@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([], [], "no_pairable_units"),
        ([1, None], [None, 2], "no_pairable_units"),
        ([None, None], [None, None], "no_pairable_units"),
        ([1, 2], [None, None], "no_pairable_units"),
        ([1], [2], "too_few_items"),
        ([1, 1, 1], [1, 2, 3], "no_variation"),
        ([1, 1, 1], [1, 1, 1], "no_variation"),
    ],
)
def test_thin_pairs_are_named(
    figure: Figure, oracle: object, first: list[int | None], second: list[int | None], reason: Undefined
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = figure(first, second)
    assert (found.estimate, found.low, found.high, found.undefined) == (None, None, None, reason)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no_pairable_units"),
        ([(1, "a", 1), (2, "a", 2)], "no_pairable_units"),
        ([(1, "a", None), (1, "b", None)], "no_pairable_units"),
        ([(1, "a", 1), (1, "b", 2)], "too_few_items"),
        ([(unit, rater, 3) for unit in range(9) for rater in "ab"], "no_variation"),
    ],
)
def test_thin_tables_are_named(rows: list[tuple[int, str, int | None]], reason: Undefined) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = kendall_w(RatingTable.from_records(rows, level="ordinal"))
    assert (found.estimate, found.low, found.high, found.undefined) == (None, None, None, reason)


def test_slots_have_no_order_of_their_own() -> None:
    table = read_array(np.arange(12).reshape(4, 3)).with_kinds({"0": "slot"})
    assert kendall_w(table).undefined == "raters_are_slots"


def test_one_order_everywhere_has_no_interval() -> None:
    same = list(range(60))
    for found in (
        spearman_rho(same, same),
        kendall_tau_b(same, same),
        kendall_w(read_array(np.tile(np.arange(60)[:, None], 3))),
    ):
        assert found.estimate == pytest.approx(1)
        assert (found.low, found.undefined) == (None, "too_few_disagreements")
    turned = kendall_tau_b(same, same[::-1])
    assert (turned.estimate, turned.low, turned.undefined) == (-1.0, None, "too_few_agreements")
