"""A method by name is made so or not at all, and figures with ways of their own take none."""

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from scipy import stats

from evalplatform.agreement import (
    AgreementError,
    Estimate,
    RatingTable,
    agreement_between,
    agreement_with_plurality,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    kendall_w,
    krippendorff_alpha,
    limits,
    mean_value,
    percent_agreement,
    value_rate,
    variance_components,
)
from evalplatform.agreement.against_people import may_replace_people, same_target
from evalplatform.agreement.bias import compare_slices
from evalplatform.agreement.confidence import brier_score
from evalplatform.agreement.consensus import rater_ability
from evalplatform.agreement.few_labels import expected_saving
from evalplatform.agreement.ranking import (
    Comparisons,
    Scores,
    bradley_terry,
    length_controlled_win_rate,
    rank_systems,
    separate_systems,
    win_rate_matrix,
)
from evalplatform.agreement.settings import NamedMethod, Settings

BY_NAME: tuple[NamedMethod, ...] = ("item_bootstrap", "poisson_bootstrap", "bca", "jackknife_t")
RNG = np.random.default_rng(7)
TRUTH = RNG.integers(1, 4, 90)
VALUES = np.where(RNG.random((5, 90)) < 0.75, TRUTH, RNG.integers(1, 4, (5, 90)))
TABLE = RatingTable.from_arrays(
    np.tile(np.arange(90), 5), np.repeat(list("jabcd"), 90), VALUES.ravel(), level="ordinal"
)
PEOPLE = list("abcd")
WON = RNG.integers(0, 2, 90).astype(float)
COMPARISONS = Comparisons.from_arrays(["x"] * 90, ["y"] * 90, WON, items=list(range(90)))
SCORES = Scores.from_arrays(["x"] * 90 + ["y"] * 90, list(range(90)) * 2, VALUES[:2].ravel())

TAKING: dict[str, Callable[..., Estimate]] = {
    "alpha": lambda **how: krippendorff_alpha(TABLE, **how),
    "percent": lambda **how: percent_agreement(TABLE, **how),
    "mean": lambda **how: mean_value(TABLE, **how),
    "rate": lambda **how: value_rate(TABLE, {1}, **how),
    "fleiss": lambda **how: fleiss_kappa(TABLE, **how),
    "ac1": lambda **how: gwet_ac1(TABLE, **how),
    "cohen": lambda **how: cohen_kappa(VALUES[0], VALUES[1], **how),
    "between": lambda **how: agreement_between(TABLE, "j", PEOPLE, **how),
    "plurality": lambda **how: agreement_with_plurality(TABLE, "j", PEOPLE, **how),
    "concordance": lambda **how: kendall_w(TABLE, **how),
    "brier": lambda **how: brier_score(VALUES[0] / 4, WON, **how).score,
    "same target": lambda **how: same_target(TABLE, "j", PEOPLE, **how).difference,
}
REFUSING: dict[str, Callable[..., object]] = {
    "components": lambda **how: variance_components(TABLE, **how),
    "replacement": lambda **how: may_replace_people(TABLE, "j", PEOPLE, margin=0.1, **how),
    "slices": lambda **how: compare_slices(WON.tolist(), ["en", "ru"] * 45, **how),
    "ability": lambda **how: rater_ability(TABLE, **how),
    "saving": lambda **how: expected_saving(WON, VALUES[0], labels=10, others=90, **how),
    "strengths": lambda **how: bradley_terry(COMPARISONS, **how),
    "standings": lambda **how: rank_systems(SCORES, **how),
    "pairs": lambda **how: separate_systems(SCORES, **how),
    "win rates": lambda **how: win_rate_matrix(COMPARISONS, **how),
    "lengths": lambda **how: length_controlled_win_rate(WON, np.arange(90), np.full(90, 40), **how),
}


@pytest.mark.parametrize("method", BY_NAME)
@pytest.mark.parametrize("name", TAKING)
def test_figures_of_items_are_made_by_the_method_that_is_named(name: str, method: NamedMethod) -> None:
    found = TAKING[name](method=method, resamples=200)
    assert (found.method, found.undefined) == (method, None)
    assert found.low is not None
    assert found.high is not None
    assert found.estimate is not None
    assert found.low < found.estimate < found.high
    assert TAKING[name](method=method, resamples=200) == found
    assert TAKING[name](method=method, inference=None).method is None


@pytest.mark.parametrize("name", REFUSING)
def test_figures_with_ways_of_their_own_take_no_method(name: str) -> None:
    REFUSING[name](resamples=50)
    with pytest.raises(AgreementError, match="takes no method"):
        REFUSING[name](method="bca", resamples=50)


def test_the_jackknife_by_name_is_students_interval_of_many_items_too() -> None:
    found = mean_value(TABLE.subset(raters=["a"]), method="jackknife_t")
    given = VALUES[1]
    reach = stats.t.ppf(0.975, 89) * given.std(ddof=1) / np.sqrt(90)
    assert (found.low, found.high) == pytest.approx((given.mean() - reach, given.mean() + reach))


@pytest.mark.parametrize("method", ["item_bootstrap", "poisson_bootstrap", "bca"])
def test_what_is_named_is_made_of_few_items_too(method: NamedMethod) -> None:
    few = RatingTable.from_arrays(range(20), ["a"] * 20, VALUES[0, :20], level="interval")
    assert mean_value(few).method == "jackknife_t"
    assert mean_value(few, method=method).method == method


@pytest.mark.parametrize("method", BY_NAME)
def test_what_is_named_gives_way_to_nothing_else(method: NamedMethod) -> None:
    """All units alike: draws and the jackknife have one figure only."""
    rows = [(unit, rater, unit % 2) for unit in range(60) for rater in "ab"]
    halves = [(unit, rater, int(rater == "a")) for unit in range(60) for rater in "ab"]
    agreed = percent_agreement(RatingTable.from_records(rows, level="nominal"), method=method)
    assert (agreed.low, agreed.method, agreed.undefined) == (None, None, "too_few_disagreements")
    mean = mean_value(RatingTable.from_records(halves, level="interval"), method=method)
    assert (mean.estimate, mean.low, mean.method, mean.undefined) == (0.5, None, None, "no_variation")


@pytest.mark.parametrize("method", ["bca", "jackknife_t"])
def test_very_many_items_are_not_left_out_one_at_a_time(
    method: NamedMethod, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_LEFT_OUT", 10)
    clustered = RatingTable.from_arrays(
        range(90), ["a"] * 90, VALUES[0], clusters=np.arange(90) // 2, level="interval"
    )
    with pytest.raises(AgreementError, match="different items"):
        mean_value(clustered, method=method)
    assert mean_value(clustered, method="item_bootstrap").low is not None


def test_names_that_mean_nothing_here_are_refused() -> None:
    with pytest.raises(AgreementError, match="no such method: percentile"):
        Settings(method=cast(NamedMethod, "percentile"))
    with pytest.raises(AgreementError, match="for items alone"):
        krippendorff_alpha(TABLE, method="bca", inference="rater_population")
    with pytest.raises(AgreementError, match="alpha alone"):
        percent_agreement(TABLE, method="pair_bootstrap")
