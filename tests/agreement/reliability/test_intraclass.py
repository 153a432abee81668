import warnings

import numpy as np
import pytest
from scipy import stats

from evalplatform.agreement import (
    ICC_FORMS,
    AgreementError,
    Estimate,
    IccForm,
    RatingTable,
    Undefined,
    intraclass_correlation,
)
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.skewness import Spread

# Shrout and Fleiss (1979), table 2: six targets, four judges
TARGETS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])

each_form = pytest.mark.parametrize("form", ICC_FORMS)


def read_array(matrix: FloatArray) -> RatingTable:
    units, raters = np.nonzero(~np.isnan(matrix))
    return RatingTable.from_arrays(units, raters, matrix[units, raters], level="interval")


@pytest.fixture
def targets() -> RatingTable:
    return read_array(TARGETS.astype(np.float64))


@pytest.mark.parametrize(
    ("form", "value", "limits"),
    [
        ("ICC(1,1)", 0.165742, (-0.133, 0.723)),
        ("ICC(2,1)", 0.289764, (0.019, 0.761)),
        ("ICC(3,1)", 0.714841, (0.342, 0.946)),
        ("ICC(1,k)", 0.442797, (-0.884, 0.912)),
        ("ICC(2,k)", 0.620051, (0.071, 0.927)),
        ("ICC(3,k)", 0.909316, (0.676, 0.986)),
    ],
)
def test_published_example(
    targets: RatingTable, form: IccForm, value: float, limits: tuple[float, float]
) -> None:
    # figures of pingouin, limits as the documentation of the R package psych prints them
    found = intraclass_correlation(targets, form, normal=True)
    assert found.estimate == pytest.approx(value, abs=1e-6)
    assert (found.low, found.high) == pytest.approx(limits, abs=6e-4)
    assert (found.n, found.n_unit, found.method) == (6, "units", "f_distribution")
    assert found.inference == ("these_raters" if form[4] == "3" else "rater_population")


@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)"])
def test_intervals_hold_the_value_as_often_as_they_say(form: IccForm) -> None:
    rng = np.random.default_rng(3)
    between, of_raters, error = 2.0, 0.5, 1.0
    noise = of_raters if form[4] != "3" else 0.0
    truth, hits = between / (between + noise + error), 0
    for _ in range(300):
        raters = rng.normal(0, np.sqrt(of_raters), 8 if form[4] != "1" else (25, 8))
        values = rng.normal(0, np.sqrt(between), (25, 1)) + raters + rng.normal(0, np.sqrt(error), (25, 8))
        found = intraclass_correlation(read_array(values), form, confidence=0.9)
        hits += found.low is not None and found.high is not None and found.low <= truth <= found.high
    assert 0.85 < hits / 300 < 0.95


@pytest.mark.parametrize("units", [12, 60])
@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(1,k)", "ICC(3,1)", "ICC(3,k)"])
def test_units_are_left_out_one_at_a_time(form: IccForm, units: int) -> None:
    """The logarithm of the ratio of mean squares gives one unit up in turn."""
    rng = np.random.default_rng(3)
    raters = 4
    matrix = rng.exponential(size=(units, 1)) + rng.normal(size=(units, raters))
    many = raters if form.endswith("k)") else 1

    def log_ratio(part: FloatArray) -> float:
        rho = intraclass_correlation(read_array(part), form).estimate
        assert rho is not None
        single = rho / (many - (many - 1) * rho)
        return float(np.log((1 + (raters - 1) * single) / (1 - single)))

    def correlate(logarithm: float) -> float:
        single = (np.exp(logarithm) - 1) / (np.exp(logarithm) + raters - 1)
        return float(many * single / (1 + (many - 1) * single))

    without = np.array([log_ratio(np.delete(matrix, unit, axis=0)) for unit in range(units)])
    spread = Spread.measure(log_ratio(matrix), without, np.ones(units, dtype=np.int64))
    assert spread is not None
    low, high = spread.limits(0.95)
    found = intraclass_correlation(read_array(matrix), form)
    assert (found.low, found.high) == pytest.approx((correlate(low), correlate(high)))
    assert found.method == "skewed_jackknife_t"


@pytest.mark.parametrize(("form", "drawn"), [("ICC(2,1)", 5), ("ICC(1,1)", 5), ("ICC(3,1)", 0)])
def test_units_of_exponential_size_are_no_harm(form: IccForm, drawn: int) -> None:
    rng = np.random.default_rng(11)
    truth, hits = 1 / (2.25 if drawn else 2.0), {False: 0, True: 0}
    for _ in range(200):
        raters = rng.normal(0, 0.5, (100, 5) if form[4] == "1" else 5) if drawn else np.zeros(5)
        values = rng.exponential(size=(100, 1)) + raters + rng.normal(size=(100, 5))
        for normal in hits:
            found = intraclass_correlation(read_array(values), form, normal=normal)
            assert found.low is not None
            assert found.high is not None
            hits[normal] += found.low <= truth <= found.high
    assert hits[False] >= 184  # 92 %
    assert hits[True] < 178  # 89 %


def test_all_doubt_about_few_raters_is_that_of_their_variance() -> None:
    """Of very many units little is left to doubt but the raters: their F distribution makes the limits."""
    rng = np.random.default_rng(12)
    units, k = 4000, 3
    values = rng.exponential(size=(units, 1)) + np.array([-1.0, 0.2, 0.6]) + rng.normal(size=(units, k))
    found = intraclass_correlation(read_array(values), "ICC(2,1)")
    freedom = (k - 1, (k - 1) * (units - 1))
    columns = units * values.mean(axis=0).var(ddof=1)
    raters = [columns / stats.f.ppf(level, *freedom) / units for level in (0.025, 0.975)]
    low, high = (1 / (1 + 1 + part) for part in raters)
    assert (found.low, found.high) == pytest.approx((low, high), rel=0.05)
    assert (found.method, found.inference) == ("generalized_interval", "rater_population")


def test_so_many_units_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(13)
    table = read_array(rng.normal(size=(400, 1)) + rng.normal(size=(400, 6)))
    left_out = intraclass_correlation(table, "ICC(2,1)")
    monkeypatch.setattr("evalplatform.agreement.reliability.intraclass_limits.MOST_LEFT_OUT", 10)
    drawn = intraclass_correlation(table, "ICC(2,1)")
    assert (drawn.low, drawn.high) == pytest.approx((left_out.low, left_out.high), rel=0.02)
    assert drawn.low != left_out.low


def test_raters_of_ones_own_need_not_be_as_many() -> None:
    # one-way analysis of variance by hand: groups (1, 3), (4, 6, 8)
    table = RatingTable.from_records(
        [(1, "a", 1), (1, "b", 3), (2, "c", 4), (2, "a", 6), (2, "d", 8), (3, "a", 5)], level="interval"
    )
    found = intraclass_correlation(table, "ICC(1,1)")
    grand = 22 / 5
    between = 2 * (2 - grand) ** 2 + 3 * (6 - grand) ** 2
    within = (2 + 8) / 3
    k = 5 - (4 + 9) / 5
    assert found.estimate == pytest.approx((between - within) / (between + (k - 1) * within))
    assert (found.n, found.excluded) == (2, {"unpaired": 1})


def test_units_that_a_rater_missed_are_left_out(targets: RatingTable) -> None:
    holed = np.vstack([TARGETS, [[5, np.nan, 5, 5]]]).astype(np.float64)
    found = intraclass_correlation(read_array(holed), "ICC(2,1)")
    assert found.estimate == intraclass_correlation(targets, "ICC(2,1)").estimate
    assert (found.n, found.excluded) == (6, {"incomplete": 3})


def test_repeats_of_one_rater_do_not_stand_for_another(targets: RatingTable) -> None:
    rows = zip(targets.unit.tolist(), targets.rater.tolist(), TARGETS.ravel().tolist(), strict=True)
    repeated = [(9, 0, 5), (9, 0, 6), (9, 1, 5), (9, 2, 6)]
    table = RatingTable.from_records([*rows, *repeated], level="interval")
    found = intraclass_correlation(table, "ICC(2,1)")
    assert found.estimate == intraclass_correlation(targets, "ICC(2,1)").estimate
    assert (found.n, found.excluded) == (6, {"incomplete": 4})


def test_repeats_of_a_rater_count_as_their_mean() -> None:
    rows = [(unit, f"r{k}", float(v)) for unit, row in enumerate(TARGETS) for k, v in enumerate(row)]
    apart = [*rows[1:], (0, "r0", 8.0), (0, "r0", 10.0)]
    once, twice = (
        intraclass_correlation(RatingTable.from_records(held, level="interval"), "ICC(3,1)")
        for held in (rows, apart)
    )
    assert twice.estimate == pytest.approx(once.estimate)


def test_large_offsets_lose_no_digits() -> None:
    far = read_array(TARGETS * 1e-9 + 1.0)
    assert intraclass_correlation(far, "ICC(2,1)").estimate == pytest.approx(0.289764, abs=1e-6)


@each_form
def test_items_of_several_units_are_drawn_whole(form: IccForm) -> None:
    rng = np.random.default_rng(5)
    values = np.repeat(rng.normal(size=(80, 1)), 3, axis=0) + rng.normal(size=(240, 4))
    units, raters = np.indices(values.shape)
    arrays = (units.ravel(), raters.ravel(), values.ravel())
    alone = intraclass_correlation(RatingTable.from_arrays(*arrays, level="interval"), form)
    table = RatingTable.from_arrays(*arrays, clusters=units.ravel() // 3, level="interval")
    found = intraclass_correlation(table, form)
    assert found.estimate == pytest.approx(alone.estimate)
    assert (found.method, found.inference) == ("item_bootstrap", "these_raters")
    assert width(found) > width(alone)


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


@pytest.mark.parametrize("form", ["ICC(2,1)", "ICC(3,1)", "ICC(2,k)", "ICC(3,k)"])
def test_slots_are_refused(targets: RatingTable, form: IccForm) -> None:
    found = intraclass_correlation(targets.with_kinds({"0": "slot"}), form)
    assert (found.estimate, found.low, found.undefined) == (None, None, "raters_are_slots")


@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(1,k)"])
def test_slots_matter_nothing_where_each_unit_has_its_own_raters(targets: RatingTable, form: IccForm) -> None:
    slots = targets.with_kinds(dict.fromkeys(targets.raters, "slot"))
    assert intraclass_correlation(slots, form) == intraclass_correlation(targets, form)


@each_form
@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no_pairable_units"),
        ([(1, "a", 1), (2, "a", 2)], "no_pairable_units"),
        ([(1, "a", 1), (2, "b", 2)], "no_pairable_units"),
        ([(1, "a", None), (1, "b", None)], "no_pairable_units"),
        ([(1, "a", 1), (1, "b", 2)], "too_few_items"),
        ([(unit, rater, 3) for unit in range(9) for rater in "ab"], "no_variation"),
    ],
)
def test_thin_data_are_named(
    form: IccForm, rows: list[tuple[int, str, int | None]], reason: Undefined
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = intraclass_correlation(RatingTable.from_records(rows, level="interval"), form)
    assert (found.estimate, found.low, found.high, found.undefined) == (None, None, None, reason)


@each_form
def test_raters_that_never_differ_leave_no_interval(form: IccForm) -> None:
    rows = [(unit, rater, unit % 4) for unit in range(20) for rater in "abc"]
    found = intraclass_correlation(RatingTable.from_records(rows, level="interval"), form)
    assert found.estimate == pytest.approx(1)
    assert (found.low, found.undefined) == (None, "too_few_disagreements")


def test_wrong_questions_are_errors(targets: RatingTable) -> None:
    with pytest.raises(AgreementError, match="no such form"):
        intraclass_correlation(targets, "ICC(4,1)")  # type: ignore[arg-type]  # refused
    weighted = RatingTable.from_arrays([1, 1], ["a", "b"], [1, 2], weights=[1.0, 2.0], level="interval")
    for form in ICC_FORMS:
        with pytest.raises(AgreementError, match="weights of ratings"):
            intraclass_correlation(weighted, form)
    words = RatingTable.from_records([(1, "a", "x")], level="nominal")
    for form in ICC_FORMS:
        with pytest.raises(AgreementError, match="needs numbers"):
            intraclass_correlation(words, form)


def test_a_mean_of_raters_without_a_lower_limit_has_no_interval() -> None:
    rows = [(unit, rater, 1) for unit in (0, 1, 2) for rater in "abcde"]
    rows += [(0, "a", 1), (0, "a", 2), (0, "b", 1), (1, "a", 1), (1, "b", 2)]
    table = RatingTable.from_arrays(*zip(*rows, strict=True), level="interval")
    found = intraclass_correlation(table, form="ICC(2,k)", normal=True)
    assert found.estimate == pytest.approx(-15 / 11)
    assert found.low is None
    assert found.undefined == "too_few_items"
