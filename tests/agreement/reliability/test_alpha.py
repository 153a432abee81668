import warnings

import krippendorff
import numpy as np
import pytest

from evalplatform.agreement import LEVELS, AgreementError, Level, RatingTable, krippendorff_alpha
from evalplatform.agreement.arrays import FloatArray

# krippendorff and evalica agree on these
FOUR = {
    "nominal": 904 / 1216,
    "ordinal": 0.8153875037548814,
    "interval": 0.8491071428571428,
    "ratio": 0.7974027747116121,
}
THREE = {
    "nominal": 0.691358024691358,
    "ordinal": 0.806721419941315,
    "interval": 0.810844892812106,
    "ratio": 0.808943670784247,
}


@pytest.mark.parametrize("level", LEVELS)
def test_worked_examples(four_raters: RatingTable, three_raters: RatingTable, level: Level) -> None:
    four = krippendorff_alpha(four_raters, level=level, inference=None)
    three = krippendorff_alpha(three_raters, level=level, inference=None)
    assert four.estimate == pytest.approx(FOUR[level], abs=1e-12)
    assert three.estimate == pytest.approx(THREE[level], abs=1e-12)
    assert (four.n, four.n_unit, four.excluded) == (11, "units", {"missing": 7, "unpaired": 1})


def test_by_hand() -> None:
    # units ab, aa, bb: n = 6, o_ab + o_ba = 2, n_a = n_b = 3, alpha = 1 - 5 * 2 / 18
    table = RatingTable.from_records(
        [(1, "x", "a"), (1, "y", "b"), (2, "x", "a"), (2, "y", "a"), (3, "x", "b"), (3, "y", "b")],
        level="nominal",
    )
    assert krippendorff_alpha(table, inference=None).estimate == pytest.approx(1 - 10 / 18, abs=1e-15)


@pytest.mark.parametrize("inference", [None, "rater_population"])
@pytest.mark.parametrize("level", LEVELS)
def test_random_tables_equal_the_package(level: Level, inference: None) -> None:
    rng = np.random.default_rng(7)
    for scale in (2, 5, 40):
        matrix = rng.integers(0, scale, size=(6, 30)).astype(np.float64)
        matrix[rng.random(matrix.shape) < 0.4] = np.nan
        table = read_array(matrix)
        expected = krippendorff.alpha(reliability_data=matrix, level_of_measurement=level)
        found = krippendorff_alpha(table, level=level, inference=inference, resamples=2)
        assert found.estimate == pytest.approx(expected, abs=1e-12)


def read_array(matrix: FloatArray) -> RatingTable:
    raters, units = np.nonzero(~np.isnan(matrix))
    return RatingTable.from_arrays(units, raters, matrix[raters, units], level="ratio")


def test_clusters_and_missing_collapse_change_no_estimate(four_raters: RatingTable) -> None:
    units = four_raters.units[four_raters.unit]
    values = np.array(four_raters.categories)[four_raters.value]
    clustered = RatingTable.from_arrays(
        units, four_raters.rater, values, clusters=units // 3, level="ordinal"
    )
    weighted = RatingTable.from_arrays(
        units, four_raters.rater, values, weights=[1.0] * len(units), level="ordinal"
    )
    for table in (clustered, weighted):
        assert krippendorff_alpha(table, inference=None).estimate == pytest.approx(FOUR["ordinal"], abs=1e-12)


def test_large_offsets_lose_no_digits() -> None:
    rng = np.random.default_rng(3)
    matrix = rng.integers(0, 9, size=(3, 40)).astype(np.float64)
    near, far = read_array(matrix), read_array(matrix + 1e7)
    assert krippendorff_alpha(far, level="interval", inference=None).estimate == pytest.approx(
        krippendorff_alpha(near, level="interval", inference=None).estimate or 0, abs=1e-12
    )


def test_inconsistent_verdicts_that_disagree_are_values_of_their_own() -> None:
    rows = [
        (1, "j", "inconsistent"), (1, "k", "inconsistent"), (1, "p", "first"),
        (2, "j", "first"), (2, "k", "first"), (2, "p", "tie"),
        (3, "j", "inconsistent"), (3, "k", "second"), (3, "p", "second"),
        (4, "j", "second"), (4, "k", "second"), (4, "p", "second"),
    ]  # fmt: skip
    table = RatingTable.from_records(rows, level="nominal")
    own = [(u, r, f"{v}{u}{r}" if v == "inconsistent" else v) for u, r, v in rows]
    expected = krippendorff_alpha(RatingTable.from_records(own, level="nominal"), inference=None).estimate
    assert krippendorff_alpha(table, rule="disagree", inference=None).estimate == pytest.approx(
        expected, abs=1e-12
    )
    dropped = krippendorff_alpha(table, rule="dropped", inference=None)
    assert dropped.excluded == {"inconsistent": 3, "unpaired": 1}
    assert (dropped.n, dropped.rule) == (3, "dropped")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no_pairable_units"),
        ([(1, "a", 1), (2, "b", 2)], "no_pairable_units"),
        ([(1, "a", 1), (2, "a", 2)], "no_pairable_units"),
        ([(1, "a", None), (1, "b", None)], "no_pairable_units"),
        ([(1, "a", 1), (1, "b", 1), (2, "a", 1), (2, "b", 1)], "no_variation"),
        ([(1, "a", 1), (1, "b", 1)], "no_variation"),
        ([(1, "a", 0), (1, "b", 0), (2, "a", 3)], "no_variation"),
    ],
)
def test_thin_data_are_named(level: Level, rows: list[tuple[int, str, int | None]], reason: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimate = krippendorff_alpha(RatingTable.from_records(rows, level=level))
    assert (estimate.estimate, estimate.low, estimate.high, estimate.undefined) == (None, None, None, reason)


def test_perfect_agreement_has_an_estimate_but_no_interval() -> None:
    rows = [(unit, rater, unit % 3) for unit in range(80) for rater in "ab"]
    estimate = krippendorff_alpha(RatingTable.from_records(rows, level="nominal"))
    assert (estimate.estimate, estimate.low, estimate.high) == (1.0, None, None)
    assert estimate.undefined == "too_few_disagreements"


def test_wrong_questions_are_errors(four_raters: RatingTable) -> None:
    with pytest.raises(AgreementError, match="unstated"):
        krippendorff_alpha(four_raters)
    with pytest.raises(AgreementError, match="needs numbers"):
        krippendorff_alpha(RatingTable.from_records([(1, "a", "x")], level="nominal"), level="interval")
    with pytest.raises(AgreementError, match="negative"):
        krippendorff_alpha(RatingTable.from_records([(1, "a", -1)], level="ratio"))
    with pytest.raises(AgreementError, match="nominal level only"):
        krippendorff_alpha(four_raters, level="ordinal", rule="disagree")
    with pytest.raises(AgreementError, match="no such rule"):
        krippendorff_alpha(four_raters, level="nominal", rule="never")  # type: ignore[arg-type]  # refused
