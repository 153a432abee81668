"""The pair bootstrap of alpha: what others print, and only where it is asked for by name."""

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest

from evalplatform.agreement import LEVELS, AgreementError, Level, RatingTable, krippendorff_alpha
from tests.agreement.conftest import FOUR_RATERS


def matrix_of_four() -> pd.DataFrame:
    lines = FOUR_RATERS.strip().split("\n")
    return pd.DataFrame([[np.nan if cell == "." else float(cell) for cell in line.split()] for line in lines])


def noisy(raters: int, units: int = 100) -> tuple[RatingTable, pd.DataFrame]:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, units)
    values = np.where(rng.random((raters, units)) < 0.8, truth, rng.integers(0, 3, (raters, units)))
    table = RatingTable.from_arrays(
        np.tile(np.arange(units), raters),
        np.repeat(np.arange(raters), units),
        values.ravel(),
        level="nominal",
    )
    return table, pd.DataFrame(values.astype(float))


@pytest.mark.parametrize("level", LEVELS)
def test_the_worked_example_has_the_limits_of_evalica(four_raters: RatingTable, level: Level) -> None:
    import evalica

    found = krippendorff_alpha(four_raters, level=level, method="pair_bootstrap", resamples=20_000)
    theirs = evalica.alpha_bootstrap(matrix_of_four(), level, n_resamples=20_000, random_state=1)
    assert (found.method, found.seed) == ("pair_bootstrap", 0)
    assert found.estimate == pytest.approx(theirs.alpha)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.012)


def test_pairs_of_many_units_have_the_limits_of_evalica() -> None:
    import evalica

    table, matrix = noisy(10)
    found = krippendorff_alpha(table, method="pair_bootstrap", resamples=20_000)
    theirs = evalica.alpha_bootstrap(matrix, "nominal", n_resamples=20_000, random_state=1)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.001)


def test_clusters_that_are_types_held_many_times_change_nothing() -> None:
    table, _ = noisy(3)
    apart = RatingTable.from_arrays(
        table.unit, table.rater, table.value, clusters=np.minimum(table.unit, 98), level="nominal"
    )
    one, other = (krippendorff_alpha(held, method="pair_bootstrap") for held in (table, apart))
    assert (one.low, one.high) == (other.low, other.high)


def test_it_is_narrower_than_units_tell_and_never_the_default() -> None:
    table, _ = noisy(10)
    pairs, units = krippendorff_alpha(table, method="pair_bootstrap"), krippendorff_alpha(table)
    assert units.method == "item_bootstrap"
    assert None not in (pairs.low, pairs.high, units.low, units.high)
    assert pairs.high - pairs.low < 0.6 * (units.high - units.low)  # type: ignore[operator]
    assert krippendorff_alpha(noisy(10, units=49)[0]).method == "jackknife_t"


def test_where_nobody_disagrees_there_is_no_interval() -> None:
    rows = [(unit, rater, unit % 2) for unit in range(60) for rater in "ab"]
    found = krippendorff_alpha(RatingTable.from_records(rows, level="nominal"), method="pair_bootstrap")
    assert (found.estimate, found.low, found.method) == (1.0, None, None)
    assert (found.undefined, found.inference) == ("too_few_disagreements", "these_raters")
    alike = RatingTable.from_records(
        [(unit, rater, 1) for unit in range(60) for rater in "ab"], level="nominal"
    )
    assert krippendorff_alpha(alike, method="pair_bootstrap").undefined == "no_variation"


def test_weighted_ratings_have_no_single_pairs() -> None:
    rows = [(unit, rater, unit % 2 if rater == "a" else 1) for unit in range(60) for rater in "ab"]
    units, raters, values = zip(*rows, strict=True)
    weighted = RatingTable.from_arrays(units, raters, values, weights=[2.0] * 120, level="nominal")
    with pytest.raises(AgreementError, match="weighted"):
        krippendorff_alpha(weighted, method="pair_bootstrap")
