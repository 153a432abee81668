"""What studies cost and tell: against simulation, against statsmodels' power, and by hand."""

from itertools import pairwise

import numpy as np
import pytest
from statsmodels.stats.power import NormalIndPower

from evalplatform.agreement import AgreementError
from evalplatform.agreement.few_labels import (
    CROWD_PRICE,
    EXPERT_PRICE,
    Components,
    Tier,
    find_cheapest_plan,
    plan_labels,
    power_curve,
    ppi_mean,
)

CROWD = Tier(
    name="crowd", price=CROWD_PRICE, components=Components(item=0.04, residual=0.16), correlation=0.4
)
EXPERT = Tier(
    name="expert", price=EXPERT_PRICE, components=Components(item=0.04, residual=0.06), correlation=0.6
)


def test_a_plan_by_hand() -> None:
    (plan,) = plan_labels([CROWD], items=[100], overlaps=[2], judged=[900], judge_price=0.01, effect=0.1)
    assert plan.cost == 100 * 2 * 0.5 + 1000 * 0.01
    follows = 0.4**2 * 0.2 / 0.12  # of the mean of two votes
    error = np.sqrt(0.12 / 100 * (1 - follows * 0.9))
    assert plan.half_width == pytest.approx(1.959963984540054 * error)
    power = NormalIndPower(ddof=0).power(0.1 / error, nobs1=1, alpha=0.05, ratio=0, alternative="two-sided")
    assert plan.power == pytest.approx(power)


def test_plans_stand_in_the_order_asked_for() -> None:
    plans = plan_labels([CROWD, EXPERT], items=[10, 20], overlaps=[1, 3], judged=[0, 5])
    assert [(plan.tier, plan.items, plan.overlap, plan.judged) for plan in plans[:5]] == [
        ("crowd", 10, 1, 0),
        ("crowd", 10, 1, 5),
        ("crowd", 10, 3, 0),
        ("crowd", 10, 3, 5),
        ("crowd", 20, 1, 0),
    ]
    assert len(plans) == 16
    assert {plan.power for plan in plans} == {None}
    assert plans[0].cost == 5  # no judge is paid where nothing is judged


def test_raters_who_differ_are_not_helped_by_items() -> None:
    held = Components(item=0.04, residual=0.16, rater=0.01)
    four = Tier(name="crowd", price=0.5, components=held, raters=4)
    assert find_cheapest_plan([four], half_width=0.05) is None
    many = Tier(name="crowd", price=0.5, components=held)
    found = find_cheapest_plan([many], half_width=0.05)
    assert found is not None
    assert found.items == int(np.ceil((0.2 + 0.01) * (1.959963984540054 / 0.05) ** 2))
    (wide,) = plan_labels([four], items=[10**6], overlaps=[1])
    assert wide.half_width == pytest.approx(1.959963984540054 * np.sqrt(0.01 / 4), rel=1e-4)


def test_no_more_raters_take_part_than_there_are_votes() -> None:
    held = Components(item=0.04, residual=0.16, rater=0.01)
    crowd = Tier(name="crowd", price=0.5, components=held, raters=1000)
    assert crowd.variance(10, 2, 0) == pytest.approx((0.04 + 0.16 / 2) / 10 + 0.01 / 20)


@pytest.mark.parametrize("wish", [{"half_width": 0.04}, {"power": 0.8, "effect": 0.08}])
def test_the_cheapest_plan_is_the_cheapest_of_all_plans(wish: dict[str, float]) -> None:
    options = {"overlaps": [1, 2, 3], "judged": [0, 500, 5000], "judge_price": 0.002}
    found = find_cheapest_plan([CROWD, EXPERT], **options, **wish)  # type: ignore[arg-type]
    every = plan_labels([CROWD, EXPERT], items=range(30, 800), effect=wish.get("effect"), **options)  # type: ignore[arg-type]
    good = [
        plan
        for plan in every
        if plan.half_width <= wish.get("half_width", 1)
        and (plan.power is None or plan.power >= wish["power"])
    ]
    assert found == min(good, key=lambda plan: (plan.cost, -plan.items))


def test_experts_are_cheaper_where_votes_of_the_crowd_say_little() -> None:
    noisy = Tier(name="crowd", price=0.5, components=Components(item=0.04, residual=20))
    keen = Tier(name="expert", price=10, components=Components(item=0.04, residual=0.06))
    found = find_cheapest_plan([noisy, keen], half_width=0.05)
    assert found is not None
    assert found.tier == "expert"
    assert find_cheapest_plan([noisy, keen], half_width=0.05, most_items=20) is None


def test_a_study_made_to_plan_has_the_half_width_that_was_planned() -> None:
    rng = np.random.default_rng(0)
    widths = []
    for _ in range(200):
        truth = rng.normal(0.5, 0.2, 1000)
        labels = truth + rng.normal(0, np.sqrt(0.16 / 2), 1000)
        # correlation with one vote: sd of truth * 0.6 over sqrt(0.2), given a judge that follows truth by 0.6
        judge = 0.6 * truth / 0.2 + rng.normal(0, 0.8, 1000)
        found = ppi_mean(np.where(np.arange(1000) < 100, labels, np.nan), judge).corrected
        widths.append(((found.high or 0) - (found.low or 0)) / 2)
    tier = Tier(
        name="crowd",
        price=0.5,
        components=Components(item=0.04, residual=0.16),
        correlation=0.6 * 0.2 / np.sqrt(0.2),
    )
    (plan,) = plan_labels([tier], items=[100], overlaps=[2], judged=[900])
    assert np.mean(widths) == pytest.approx(plan.half_width, rel=0.02)


def test_power_rises_with_the_effect_from_the_size_of_the_test() -> None:
    curve = power_curve(CROWD, items=200, overlap=1, effects=[0, 0.02, 0.05, 0.1, 0.2])
    assert curve[0] == pytest.approx(0.05)
    assert all(one < other for one, other in pairwise(curve))
    assert power_curve(CROWD, items=200, overlap=1, effects=[-0.05]) == pytest.approx([curve[2]])
    assert power_curve(CROWD, items=200, overlap=1, effects=[0.05], judged=5000)[0] > curve[2]


def test_what_is_no_plan_is_an_error() -> None:
    with pytest.raises(AgreementError, match="components are at least 0"):
        Components(item=-0.1, residual=1)
    with pytest.raises(AgreementError, match="components are at least 0"):
        Components(item=0, residual=0)
    with pytest.raises(AgreementError, match=r"correlate with no judge above 0\.447"):
        Tier(name="crowd", price=0.5, components=Components(item=0.04, residual=0.16), correlation=0.6)
    with pytest.raises(AgreementError, match="a price is at least 0"):
        Tier(name="crowd", price=-1, components=Components(item=0.04, residual=0.16))
    with pytest.raises(AgreementError, match="one item and one vote"):
        plan_labels([CROWD], items=[0])
    with pytest.raises(AgreementError, match="which half-width"):
        find_cheapest_plan([CROWD], power=0.8)
    with pytest.raises(AgreementError, match="half-width is above 0"):
        find_cheapest_plan([CROWD], half_width=0)
    with pytest.raises(AgreementError, match="confidence"):
        plan_labels([CROWD], items=[1], confidence=0)
