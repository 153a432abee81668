import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import mean_absolute_error as published_error

from evalplatform.agreement import AgreementError
from evalplatform.agreement.against_people import mean_absolute_error, pearson_correlation

RNG = np.random.default_rng(5)
PEOPLE = RNG.normal(3, 1, 400)
JUDGE = 0.6 * PEOPLE + RNG.normal(0, 0.8, 400)


def test_the_figures_are_those_of_scipy_and_scikit_learn() -> None:
    assert pearson_correlation(JUDGE, PEOPLE).estimate == pytest.approx(
        stats.pearsonr(JUDGE, PEOPLE).statistic
    )
    assert mean_absolute_error(JUDGE, PEOPLE).estimate == pytest.approx(published_error(PEOPLE, JUDGE))


def test_the_interval_lies_near_that_of_fisher() -> None:
    found = pearson_correlation(JUDGE, PEOPLE, resamples=4000)
    fisher = stats.pearsonr(JUDGE, PEOPLE).confidence_interval()
    assert found.method == "item_bootstrap"
    assert (found.low, found.high) == pytest.approx((fisher.low, fisher.high), abs=0.01)


def test_a_large_offset_loses_no_digits() -> None:
    plain = pearson_correlation(JUDGE, PEOPLE, inference=None).estimate
    assert pearson_correlation(JUDGE + 1e9, PEOPLE - 1e9, inference=None).estimate == pytest.approx(
        plain, abs=1e-6
    )


def test_what_either_lacks_is_left_out() -> None:
    found = pearson_correlation([1, 2, None, 4, None], [1, 2, 3, float("nan"), None], inference=None)
    assert found.estimate == pytest.approx(1)
    assert found.n == 2
    assert found.excluded == {"unpaired": 2, "missing": 1}


def test_items_are_drawn_whole() -> None:
    rng = np.random.default_rng(11)
    items = np.repeat(np.arange(80), 5)
    shared = np.repeat(rng.normal(0, 1, 80), 5)
    judge, people = shared + rng.normal(0, 0.3, 400), shared + rng.normal(0, 0.3, 400)
    whole = pearson_correlation(judge, people, clusters=items)
    apart = pearson_correlation(judge, people)
    assert whole.estimate == pytest.approx(apart.estimate)
    assert None not in (whole.low, whole.high, apart.low, apart.high)
    assert whole.high - whole.low > 1.3 * (apart.high - apart.low)  # type: ignore[operator]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("judge", "people", "reason"),
    [
        ([], [], "no_pairable_units"),
        ([None], [1], "no_pairable_units"),
        ([1], [1], "no_variation"),
        ([1] * 60, list(range(60)), "no_variation"),
        ([0.1] * 60, list(range(60)), "no_variation"),
        (list(range(60)), list(range(60)), "too_few_disagreements"),
    ],
)
def test_thin_data_are_named(judge: list[float | None], people: list[float | None], reason: str) -> None:
    found = pearson_correlation(judge, people)
    assert (found.undefined, found.low) == (reason, None)


@pytest.mark.filterwarnings("error")
def test_equal_distances_have_no_interval() -> None:
    found = mean_absolute_error([1, 2, 3], [2, 3, 4])
    assert (found.estimate, found.low, found.undefined) == (1, None, "too_few_items")


@pytest.mark.parametrize(
    ("judge", "people", "said"),
    [
        ([1], [1, 2], "differ in length"),
        (["a"], [1], "the judge's numbers must be numbers"),
        ([1], [float("inf")], "must be finite"),
    ],
)
def test_wrong_columns_are_errors(judge: list[object], people: list[object], said: str) -> None:
    with pytest.raises(AgreementError, match=said):
        pearson_correlation(judge, people)


def test_other_raters_are_not_drawn_of_two_columns() -> None:
    with pytest.raises(AgreementError, match="no interval for other raters"):
        pearson_correlation([1, 2], [1, 3], inference="rater_population")


def test_a_million_units_take_bounded_time_and_memory() -> None:
    rng = np.random.default_rng(11)
    big = rng.normal(0, 1, 1_000_000)
    found = pearson_correlation(big, big + rng.normal(0, 1, 1_000_000), resamples=200)
    assert found.low is not None
    assert found.high is not None
    # The error of r is (1 - r^2) / sqrt(n) for normal columns.
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / 1000, rel=0.25)
