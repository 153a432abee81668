import warnings
from math import ceil, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplatform.agreement import AgreementError, RatingTable
from evalplatform.agreement.ranking import (
    Comparisons,
    Scores,
    find_saturation,
    rank_systems,
    separate_systems,
)
from tests.agreement.registry import EXAMPLES


def scores_of(columns: dict[str, list[float | None]]) -> Scores:
    names = [name for name, values in columns.items() for _ in values]
    items = [item for values in columns.values() for item in range(len(values))]
    return Scores.from_arrays(names, items, [value for values in columns.values() for value in values])


def draw(items: int, gains: list[float], seed: int, *, own: float = 0.3) -> Scores:
    """Systems on the same items: hard and easy items are hard and easy for all."""
    rng = np.random.default_rng(seed)
    common = rng.normal(0, 1, items)
    return scores_of(
        {
            f"s{place}": (common + gain + rng.normal(0, own, items)).tolist()
            for place, gain in enumerate(gains)
        }
    )


def test_differences_are_paired_t_tests() -> None:
    from scipy.stats import ttest_rel

    held = draw(40, [0.0, 0.1, 0.3], 1)
    found = separate_systems(held)
    for pair in found.pairs:
        one, other = (held.values[:, held.systems.index(name)] for name in (pair.first, pair.second))
        theirs = ttest_rel(one, other)
        limits = theirs.confidence_interval(0.95)
        assert pair.p_value == pytest.approx(theirs.pvalue, rel=1e-9)
        assert [pair.difference.estimate, pair.difference.low, pair.difference.high] == pytest.approx(
            [(one - other).mean(), limits.low, limits.high]
        )
        assert (pair.difference.method, pair.difference.n) == ("jackknife_t", 40)


def test_holm_is_over_all_pairs() -> None:
    from statsmodels.stats.multitest import multipletests

    found = separate_systems(draw(40, [0.0, 0.1, 0.15, 0.3], 1))
    p_values = [pair.p_value for pair in found.pairs]
    rejected, adjusted, _, _ = multipletests(p_values, method="holm")
    assert [pair.adjusted_p for pair in found.pairs] == pytest.approx(adjusted)
    assert [pair.separable for pair in found.pairs] == rejected.tolist()
    assert found.share.estimate == pytest.approx(rejected.mean())
    assert (found.share.n, found.share.n_unit) == (6, "pairs")


def test_pairing_separates_what_intervals_of_means_do_not() -> None:
    held = draw(100, [0.0, 0.3], 4)
    means = rank_systems(held).means
    assert (means["s0"].high or 0) > (means["s1"].low or 0)
    assert separate_systems(held).share.estimate == 1.0


def test_each_pair_uses_the_items_that_both_were_seen_on() -> None:
    held = scores_of({"a": [1, 2, 3, None], "b": [0, 2, None, 5], "c": [None, None, 3, None]})
    found = {(pair.first, pair.second): pair.difference for pair in separate_systems(held).pairs}
    assert {names: (each.estimate, each.n, each.undefined) for names, each in found.items()} == {
        ("a", "b"): (0.5, 2, None),
        ("a", "c"): (0.0, 1, "too_few_items"),
    }
    assert found["a", "b"].low == pytest.approx(0.5 - 12.706205 * sqrt(0.5) / sqrt(2))


def test_a_lead_that_never_varies_is_tested_by_signs() -> None:
    held = scores_of({"a": [2, 3, 4, 5, 6, 7], "b": [1, 2, 3, 4, 5, 6]})
    pair = separate_systems(held).pairs[0]
    assert (pair.difference.estimate, pair.difference.low, pair.difference.undefined) == (
        1.0,
        None,
        "too_few_items",
    )
    assert (pair.p_value, pair.separable) == (2 / 2**6, True)
    same = separate_systems(scores_of({"a": [1, 2], "b": [1, 2]})).pairs[0]
    assert (same.p_value, same.separable) == (1.0, False)


def test_preferences_are_leads_of_win_rates_by_items() -> None:
    held = Comparisons.from_arrays(
        ["a", "b", "a", "a", "a"],
        ["b", "a", "b", "b", "b"],
        [1, 0, 1, 0.5, 0],
        items=[1, 1, 2, 3, 4],
    )
    pair = separate_systems(held).pairs[0]
    # leads by item: 1 and 1; 1; 0; -1
    assert pair.difference.estimate == pytest.approx(2 / 5)
    without = [0 / 3, 1 / 4, 2 / 4, 3 / 4]
    error = sqrt(3 / 4 * sum((each - np.mean(without)) ** 2 for each in without))
    assert (pair.difference.high or 0) == pytest.approx(min(0.4 + 3.182446 * error, 1))
    assert pair.difference.n == 4


def test_saturation_names_what_is_decided() -> None:
    held = draw(400, [0.0, 0.005, 1.0], 2, own=0.1)
    found = find_saturation(held, margin=0.1)
    assert [(pair.first, pair.second, pair.state) for pair in found.pairs] == [
        ("s0", "s1", "equivalent"),
        ("s0", "s2", "separated"),
        ("s1", "s2", "separated"),
    ]
    assert (found.saturated, found.items_needed) == (True, None)
    assert {pair.items_needed for pair in found.pairs} == {None}


def test_items_needed_bring_the_decision() -> None:
    """With as many items as it asks for, about four of five studies decide, as the power says."""
    first = find_saturation(draw(60, [0.0, 0.1], 8, own=0.5), margin=0.05).pairs[0]
    lead, spread = first.difference, 0.5 * sqrt(2)
    error = ((lead.high or 0) - (lead.low or 0)) / 2 / 2.000995 * sqrt(60)  # Student's t of 59
    clear = max(0.05 - abs(lead.estimate or 0), abs(lead.estimate or 0))
    assert (first.state, first.items_needed) == (
        "too_few_items",
        ceil((1.9599640 + 0.8416212) ** 2 * (error / clear) ** 2),
    )
    needed = round(((1.959964 + 0.841621) * spread / 0.1) ** 2)
    decided = [
        bool(find_saturation(draw(needed, [0.0, 0.1], seed, own=0.5), margin=0.05).saturated)
        for seed in range(200)
    ]
    assert 0.7 < np.mean(decided) < 0.9


def test_saturation_holds_for_all_pairs_at_once() -> None:
    """No false decision, of 10 pairs of equal systems, in 19 of 20 studies."""
    false = [
        any(
            pair.state == "separated"
            for pair in find_saturation(draw(60, [0.0] * 5, seed), margin=0.01).pairs
        )
        for seed in range(300)
    ]
    assert np.mean(false) < 0.08


@pytest.mark.parametrize("items", [20, 200])
def test_rank_sets_hold_the_true_ranks(items: int) -> None:
    truth = [0.0, 0.02, 0.04, 0.06, 0.6]
    missed = 0
    for seed in range(100):
        ranks = rank_systems(draw(items, truth, seed), resamples=200).ranks
        missed += any(
            not ranks[f"s{place}"].best <= 5 - place <= ranks[f"s{place}"].worst for place in range(5)
        )
    assert missed <= 10  # 5 expected at most; 11 or more have a chance of 1 in 90


def test_equal_systems_share_their_rank_sets() -> None:
    ranks = rank_systems(draw(200, [0.0, 0.0, 3.0], 3)).ranks
    assert {name: (each.best, each.worst) for name, each in ranks.items()} == {
        "s0": (2, 3),
        "s1": (2, 3),
        "s2": (1, 1),
    }


def test_means_are_over_the_items_of_all() -> None:
    held = scores_of({"a": [1, 2, 3, None], "b": [0, 2, 4, 5]})
    found = rank_systems(held).means
    assert {name: (each.estimate, each.n, dict(each.excluded)) for name, each in found.items()} == {
        "a": (2.0, 3, {"missing": 1, "incomplete": 1}),
        "b": (2.0, 3, {"missing": 1, "incomplete": 1}),
    }
    assert found["a"].method == "jackknife_t"
    assert found["a"].low == pytest.approx(2 - 4.302653 / sqrt(3))


def test_many_items_are_dealt_into_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    from evalplatform.agreement import moments

    held = draw(3000, [0.0, 0.2], 3)
    alone = rank_systems(held).means["s0"]
    monkeypatch.setattr(moments, "MOST_CLUSTERS", 700)
    dealt = rank_systems(held).means["s0"]
    assert dealt.estimate == pytest.approx(alone.estimate)
    widths = [(each.high or 0) - (each.low or 0) for each in (alone, dealt)]
    assert widths[1] == pytest.approx(widths[0], rel=0.12)


def test_a_table_of_scores_is_averaged_by_item() -> None:
    rows = [
        ("1a", "p", 4, 1), ("1a", "q", 2, 1), ("1b", "p", 1, 1), ("2a", "p", 5, 2), ("2b", "q", 3, 2),
        ("2b", "p", None, 2),
    ]  # fmt: skip
    table = RatingTable.from_records(rows, level="interval")
    held = Scores.from_table(table, {"1a": "a", "1b": "b", "2a": "a", "2b": "b"})
    assert held.values.tolist() == [[3, 1], [5, 3]]
    assert dict(held.excluded) == {"missing": 1}
    with pytest.raises(AgreementError, match="no system given for unit '2b'"):
        Scores.from_table(table, {"1a": "a", "1b": "b", "2a": "a"})
    with pytest.raises(AgreementError, match="numbers"):
        Scores.from_table(RatingTable.from_records([(1, "p", "good")], level="nominal"), {1: "a"})


@given(
    values=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 6), st.sampled_from([0.0, 0.5, 1.0, None])),
        max_size=40,
    )
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_scores_give_figures_or_names(values: list[tuple[str, int, float | None]]) -> None:
    held = Scores.from_arrays(*([row[place] for row in values] for place in range(3)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pairs, sated = separate_systems(held), find_saturation(held, margin=0.1)
        means = rank_systems(held, resamples=20).means
    leads = [*(pair.difference for pair in pairs.pairs), *(pair.difference for pair in sated.pairs)]
    for each in [*leads, *means.values()]:
        assert (each.low is None) == (each.undefined is not None)
        assert each.low is None or each.high is None or each.low < each.high
    assert all(0 < pair.p_value <= pair.adjusted_p <= 1 or pair.p_value < 1e-9 for pair in pairs.pairs)


def test_nothing_is_named() -> None:
    nothing = Scores.from_arrays([], [], [])
    assert separate_systems(nothing).share.undefined == "no_pairable_units"
    assert find_saturation(nothing, margin=1).saturated is None
    assert dict(rank_systems(nothing).means) == {}
    apart = scores_of({"a": [1, None], "b": [None, 1]})
    assert {each.undefined for each in rank_systems(apart).means.values()} == {"no_pairable_units"}


def test_wrong_input_is_refused() -> None:
    held = scores_of({"a": [1, 2], "b": [1, 3]})
    with pytest.raises(AgreementError, match="a margin is above 0"):
        find_saturation(held, margin=0)
    with pytest.raises(AgreementError, match="finite"):
        Scores.from_arrays(["a"], [1], [float("inf")])
    with pytest.raises(AgreementError, match="numbers"):
        Scores.from_arrays(["a"], [1], ["x"])
    for figure in (separate_systems, rank_systems):
        with pytest.raises(AgreementError, match="not over raters"):
            figure(held, inference="rater_population")
