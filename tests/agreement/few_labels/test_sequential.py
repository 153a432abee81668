"""Decisions on items under any number of looks: a null study, the method by the letter, and its names."""

import os
from collections.abc import Hashable
from typing import Any

import numpy as np
import pytest
from scipy.stats import beta

from evalplatform.agreement import AgreementError
from evalplatform.agreement.few_labels import Decision, decide_family, decide_sequentially, draw_order
from evalplatform.agreement.few_labels.betting import bet_above, bet_below, hedge, size_bets
from evalplatform.agreement.multiplicity import e_bh

IS_NIGHTLY = bool(os.environ.get("EVALPLATFORM_NIGHTLY"))
RUNS, ITEMS, RATERS = (10_000, 400, 3) if IS_NIGHTLY else (3_000, 150, 3)


def draw_votes(runs: int, dependence: float, *, ties: float = 0.2, seed: int = 0) -> Any:
    """Votes of three raters a win rate of one half, (runs, items, raters), alike within items."""
    rng = np.random.default_rng(seed)
    of_item = 0.5 + (rng.random((runs, ITEMS, 1)) - 0.5) * dependence
    votes = (rng.random((runs, ITEMS, RATERS)) < of_item).astype(float)
    votes[rng.random(votes.shape) < ties] = 0.5
    return votes


def ever_decided(values: Any) -> Any:
    """Whether each run of values, (runs, n), is ever decided by somebody who looks after every one."""
    sizes = size_bets(values, 0.05, values.shape[1])
    best = np.maximum(bet_above(values, sizes, 0.5), bet_below(values, sizes, 0.5)).max(axis=1)
    return best >= np.log(2 / 0.05)


def highest(false: int, runs: int) -> float:
    """99 % upper limit of the chance of a false decision."""
    return float(beta.ppf(0.99, false + 1, runs - false))


@pytest.mark.parametrize("dependence", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("ties", [0.0, 0.2])
def test_looking_after_every_item_makes_no_false_decisions(dependence: float, ties: float) -> None:
    false = ever_decided(draw_votes(RUNS, dependence, ties=ties).mean(axis=2))
    assert highest(int(false.sum()), RUNS) <= 0.05


def test_looking_after_every_vote_would() -> None:
    votes = draw_votes(RUNS, 1.0).reshape(RUNS, -1)
    assert ever_decided(votes).mean() > 0.08


def test_a_decision_is_the_one_that_the_null_study_counts() -> None:
    votes = draw_votes(300, 1.0, seed=5)[:, :100]
    votes[:150] = np.minimum(votes[:150] + 0.25, 1.0)
    found = [
        decide_sequentially(run.ravel(), np.repeat(np.arange(100), RATERS), order=range(100)) for run in votes
    ]
    decided = [each.side != "undecided" for each in found]
    assert decided == ever_decided(votes.mean(axis=2)).tolist()
    assert 100 < sum(decided) < 200
    for each in found:
        assert each.anytime.low is not None
        assert each.anytime.high is not None
        assert (each.side == "above") == (each.anytime.low > 0.5)
        assert (each.side == "below") == (each.anytime.high < 0.5)


def test_the_capital_by_the_letter() -> None:
    """One value at a time, each bet from the values before it."""
    values, mean, level = [0.9, 0.4, 1.0, 0.0, 0.7], 0.3, 0.05
    above, below, seen = 1.0, 1.0, []
    spread, total = 0.25, 0.25
    for place, value in enumerate(values, start=1):
        size = np.sqrt(2 * np.log(2 / level) / (spread * 8))
        above *= 1 + min(size, 0.5 / mean) * (value - mean)
        below *= 1 - min(size, 0.5 / (1 - mean)) * (value - mean)
        seen.append(value)
        total += (value - (0.5 + sum(seen)) / (place + 1)) ** 2
        spread = total / (place + 1)
    found = decide_sequentially(values, "abcde", order="abcde", null=mean, planned=8)
    assert found.e_value == pytest.approx((above + below) / 2)


def test_limits_are_those_of_a_grid() -> None:
    values = np.random.default_rng(3).beta(2, 3, 80)
    found = decide_sequentially(values, range(80), order=range(80)).anytime
    sizes = size_bets(values, 0.05, 80)
    alive = [
        mean
        for mean in np.linspace(0.0005, 0.9995, 1000)
        if max(bet_above(values, sizes, mean).max(), bet_below(values, sizes, mean).max()) < np.log(40)
    ]
    assert found.low == pytest.approx(alive[0], abs=0.001)
    assert found.high == pytest.approx(alive[-1], abs=0.001)


def test_limits_hold_the_mean_at_all_looks() -> None:
    rng = np.random.default_rng(8)
    missed = 0
    for _ in range(400):
        found = decide_sequentially(rng.beta(0.4, 0.6, 60), range(60), order=range(60), null=0.4)
        missed += not (found.anytime.low or 0) <= 0.4 <= (found.anytime.high or 1)
    assert missed / 400 <= 0.05


def test_the_price_of_peeking() -> None:
    rng = np.random.default_rng(1)
    runs = [
        decide_sequentially(rng.choice([0, 0.5, 1], 500), range(500), order=range(500), planned=planned)
        for planned in (500, 1000)
        for _ in range(20)
    ]
    prices = [run.peeking or 0 for run in runs]
    assert np.mean(prices[:20]) == pytest.approx(1.25, abs=0.1)
    assert np.mean(prices[20:]) == pytest.approx(1.35, abs=0.1)


def test_items_count_by_their_mean_and_up_to_the_first_without_a_vote() -> None:
    found = decide_sequentially([1, 0, 0.5, None, 1, 1], "bbacdd", order="abcd")
    assert found.anytime.n == 2
    assert found.anytime.estimate == 0.5
    assert found.anytime.excluded == {"out_of_order": 2}
    assert found.anytime.n_unit == "items"


def test_scores_are_decided_on_their_own_scale() -> None:
    scores = np.random.default_rng(2).choice([3, 4, 5], 200)
    found = decide_sequentially(scores, range(200), order=range(200), null=3.5, bounds=(1, 5))
    assert (found.side, found.fixed.method) == ("above", "t_distribution")
    assert 3.5 < (found.anytime.low or 0) < (found.fixed.low or 0) < 4.2
    same = decide_sequentially((scores - 1) / 4, range(200), order=range(200), null=0.625)
    assert same.decided_at == found.decided_at
    assert (found.anytime.low or 0) == pytest.approx(1 + 4 * (same.anytime.low or 0))


def test_an_order_is_drawn_from_the_items_and_not_from_their_rows() -> None:
    order = draw_order(["q1", "q2", "q3", "q1"], seed=4)
    assert sorted(order) == ["q1", "q2", "q3"]
    assert draw_order(["q3", "q1", "q2"], seed=4) == order
    assert draw_order(range(100), seed=1) != draw_order(range(100), seed=2)
    assert draw_order([], seed=1) == ()


def test_a_family_decides_less_than_each_question_alone() -> None:
    even = [1.0, 0.0] * 50
    leaning = decide_sequentially([1, 1, 0, 1, 0, 1, 1, 0, 1, 1] * 10, range(100), order=range(100))
    undecided = decide_sequentially(even, range(100), order=range(100))
    open_questions: dict[Hashable, Decision] = dict.fromkeys(range(44), undecided)
    assert leaning.side == "above"
    assert 20 < leaning.e_value < 45 / 0.05
    found = decide_family({"leaning": leaning, **open_questions})
    assert set(found.sides.values()) == {"undecided"}
    assert found.alone == pytest.approx(0.9006, abs=1e-4)  # 45 questions at 5 % each
    assert decide_family({"leaning": leaning}).sides == {"leaning": "above"}
    assert decide_family(dict.fromkeys(range(45), leaning)).sides == dict.fromkeys(range(45), "above")
    assert decide_family({}).sides == {}


def test_a_family_of_true_nulls_is_rarely_decided_falsely() -> None:
    """All 45 nulls are true: a single decision is false, and in how many families one is made is the rate."""
    families = draw_votes(400 * 45, 0.6, seed=9)[:, :60].mean(axis=2)
    sizes = size_bets(families, 0.05, 60)
    above, below = bet_above(families, sizes, 0.5)[:, -1], bet_below(families, sizes, 0.5)[:, -1]
    evidence = np.exp(hedge(above, below)).reshape(400, 45)
    decided = [bool((e_bh(each) <= 0.05).any()) for each in evidence]
    assert highest(sum(decided), 400) <= 0.05
    alone = (evidence >= 20).any(axis=1)
    assert alone.mean() > 0.1


def test_a_generous_family_may_decide_what_no_question_does() -> None:
    hint = decide_sequentially([0.0] * 4, range(4), order=range(4))
    assert hint.side == "undecided"
    assert decide_family({"hint": hint}, level=0.5).sides == {"hint": "below"}


def test_what_cannot_be_said_has_a_name() -> None:
    nobody = decide_sequentially([], [], order=["a"])
    assert nobody.anytime.undefined == nobody.fixed.undefined == "no_pairable_units"
    assert (nobody.side, nobody.e_value, nobody.peeking) == ("undecided", 1, None)
    alone = decide_sequentially([1], ["a"], order=["a", "b"])
    assert (alone.fixed.undefined, alone.anytime.low) == ("too_few_items", 0)
    constant = decide_sequentially([1.0] * 100, range(100), order=range(100))
    assert constant.fixed.undefined == "no_variation"
    assert 0.9 < (constant.anytime.low or 0) < (constant.anytime.high or 0) == 1
    sorted_items = decide_sequentially([0.0] * 60 + [1.0] * 60, range(120), order=range(120))
    assert sorted_items.anytime.undefined == "order_not_random"


def test_what_is_no_question_is_an_error() -> None:
    with pytest.raises(AgreementError, match="not in the order: 'b'"):
        decide_sequentially([1], ["b"], order=["a"])
    with pytest.raises(AgreementError, match="an item twice"):
        decide_sequentially([1], ["a"], order=["a", "a"])
    with pytest.raises(AgreementError, match="votes lie from 0 to 1"):
        decide_sequentially([2], ["a"], order=["a"])
    with pytest.raises(AgreementError, match="one entry a vote"):
        decide_sequentially([1, 1], ["a"], order=["a"])
    with pytest.raises(AgreementError, match="null lies"):
        decide_sequentially([1], ["a"], order=["a"], null=2)
    with pytest.raises(AgreementError, match="planned"):
        decide_sequentially([1], ["a"], order=["a"], planned=-1)
    with pytest.raises(AgreementError, match="level"):
        decide_family({}, level=0)
