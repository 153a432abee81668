import numpy as np
import pytest
from scipy.stats import binom

from evalplatform.agreement import AgreementError
from evalplatform.agreement.confidence import selective_threshold
from evalplatform.agreement.panels import Stage, plan_cascade, route_cases
from tests.agreement.panels.simulated import draw_stages, find_true_risks

STUDIES = 2000
BOUND, DELTA = 0.15, 0.1
MOST = int(binom.ppf(0.999, STUDIES, DELTA))  # broken promises that chance allows a method that keeps them


@pytest.mark.timeout(300)
def test_a_cascade_of_two_keeps_its_promise_in_all_but_delta_of_the_studies() -> None:
    broken = kept = 0
    for seed in range(STUDIES):
        stages = draw_stages(np.random.default_rng(seed), 400)
        found = plan_cascade(stages, bound=BOUND, delta=DELTA, seed=seed)
        broken += max(find_true_risks(found.thresholds)) > BOUND
        kept += found.undefined is None
    assert broken <= MOST
    assert kept > STUDIES / 2


@pytest.mark.timeout(300)
def test_the_promise_holds_at_the_edge_where_any_verdict_kept_breaks_it() -> None:
    """A judge that errs a hair more often than is allowed, however sure it is."""
    broken = 0
    for seed in range(STUDIES):
        rng = np.random.default_rng(seed)
        correct = 1.0 - (rng.random(200) < BOUND + 1e-6)
        stage = Stage(confidences=rng.random(200).round(1), correct=correct)
        broken += plan_cascade([stage], bound=BOUND, delta=DELTA).thresholds[0] is not None
    assert 0 < broken <= MOST


def test_one_judge_has_the_threshold_of_selective_judging() -> None:
    stage = draw_stages(np.random.default_rng(1), 400)[0]
    found = plan_cascade([stage], bound=0.2, delta=0.1)
    wanted = selective_threshold(stage.confidences, stage.correct, risk=0.2, delta=0.1)
    assert found.thresholds == (wanted.threshold,)
    assert (found.stages[0].kept, found.stages[0].upper_risk) == (wanted.coverage, wanted.upper_risk)
    assert found.stages[0].labelled == 400


def test_shares_and_money_add_up() -> None:
    stages = draw_stages(np.random.default_rng(2), 900)
    found = plan_cascade(stages, bound=0.2, delta=0.2, people_price=100)
    first, second = found.stages
    assert (first.reached, second.reached) == (1.0, 1 - first.kept)
    assert found.left == pytest.approx(1 - first.kept - second.kept)
    assert found.cost == pytest.approx(1 + 10 * second.reached + 100 * found.left)
    assert first.kept > 0
    assert second.kept > 0
    routes = route_cases(found.thresholds, [stage.confidences for stage in stages])
    assert np.bincount(routes, minlength=3) / 900 == pytest.approx([first.kept, second.kept, found.left])


def test_cases_without_a_label_teach_nothing_but_are_counted_in_the_shares() -> None:
    sure = [0.9, 0.5] * 100
    labelled = Stage(confidences=sure + [0.9] * 200, correct=[1, 0] * 100 + [None] * 200)
    found = plan_cascade([labelled], bound=0.2)
    assert found.stages[0].labelled == 200
    assert found.stages[0].kept == 0.75


def test_a_verdict_without_a_confidence_goes_on() -> None:
    found = plan_cascade([Stage(confidences=[1.0] * 60 + [None] * 40, correct=[1] * 100)], bound=0.1)
    assert (found.stages[0].kept, found.left) == (0.6, 0.4)


@pytest.mark.parametrize(
    ("correct", "reason"),
    [
        ([1] * 20, "too_few_items"),
        ([0, 1] * 100, "too_few_agreements"),
        ([None] * 50, "no_pairable_units"),
    ],
)
def test_where_no_threshold_gives_the_promise_it_says_why(correct: list[int | None], reason: str) -> None:
    found = plan_cascade(
        [Stage(confidences=[0.9] * len(correct), correct=correct)], bound=0.1, people_price=3
    )
    assert (found.undefined, found.thresholds, found.left, found.cost) == (reason, (None,), 1.0, 3.0)


def test_a_judge_that_keeps_nothing_passes_all_on() -> None:
    useless = Stage(confidences=[0.9] * 200, correct=[0, 1] * 100, price=1)
    good = Stage(confidences=[0.8, 0.7] * 100, correct=[1, 0] * 100, price=10)
    found = plan_cascade([useless, good], bound=0.1, people_price=100)
    assert found.thresholds == (None, 0.71)  # the last that was tried and keeps the promise
    assert (found.left, found.cost, found.undefined) == (0.5, 61.0, None)


@pytest.mark.parametrize(
    ("stages", "options"),
    [
        ([], {"bound": 0.1}),
        ([Stage(confidences=[0.5], correct=[1, 0])], {"bound": 0.1}),
        ([Stage(confidences=[0.5], correct=[1]), Stage(confidences=[], correct=[])], {"bound": 0.1}),
        ([Stage(confidences=[0.5], correct=[1], price=-1)], {"bound": 0.1}),
        ([Stage(confidences=[1.5], correct=[1])], {"bound": 0.1}),
        ([Stage(confidences=[0.5], correct=[2])], {"bound": 0.1}),
        ([Stage(confidences=[0.5], correct=[1])], {"bound": 0}),
        ([Stage(confidences=[0.5], correct=[1])], {"bound": 0.1, "delta": 1.5}),
    ],
)
def test_nonsense_is_refused(stages: list[Stage], options: dict[str, float]) -> None:
    with pytest.raises(AgreementError):
        plan_cascade(stages, **options)  # type: ignore[arg-type]


def test_routes_need_a_threshold_for_every_judge() -> None:
    with pytest.raises(AgreementError):
        route_cases([0.5], [])
