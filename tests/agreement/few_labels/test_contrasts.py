"""Bradley-Terry contrasts by people and judge."""

from itertools import combinations
from typing import Any

import evalica
import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import root
from scipy.stats import t

from evalplatform.agreement import AgreementError
from evalplatform.agreement.few_labels import Powered, ppi_contrasts

SYSTEMS = ("a", "b", "c", "d")
STRENGTH = np.array([0.8, 0.3, 0.0, -0.6])

Study = dict[str, Any]  # the arguments of ppi_contrasts


def simulate(seed: int, *, items: int = 60, chance: float = 0.4, follow: float = 0.7) -> Study:
    """Every pair on every item; the judge says what people say with chance `follow`, else prefers the later name."""
    rng = np.random.default_rng(seed)
    pairs = np.array(list(combinations(range(4), 2)))
    item, pair = (each.ravel() for each in np.meshgrid(np.arange(items), np.arange(6), indexing="ij"))
    one, other = pairs[pair].T
    vote = (rng.random(len(item)) < 1 / (1 + np.exp(STRENGTH[other] - STRENGTH[one]))).astype(float)
    vote[rng.random(len(item)) < 0.15] = 0.5
    judge = np.where(rng.random(len(item)) < follow, vote, rng.random(len(item)) < 0.3)
    flipped = rng.random(len(item)) < 0.5
    names = np.array(SYSTEMS)
    return {
        "first": np.where(flipped, names[other], names[one]).tolist(),
        "second": np.where(flipped, names[one], names[other]).tolist(),
        "human": np.where(rng.random(len(item)) < chance, np.where(flipped, 1 - vote, vote), np.nan),
        "judge": np.where(flipped, 1 - judge, judge),
        "items": item.tolist(),
    }


def design_of(study: Study) -> Any:  # Any: a float array
    rows = [
        [(first == name) - (second == name) for name in SYSTEMS[1:]]
        for first, second in zip(study["first"], study["second"], strict=True)
    ]
    return np.array(rows, dtype=float)


def test_people_alone_are_a_logistic_regression_clustered_by_item() -> None:
    study = simulate(1, chance=1.0)
    fit = sm.GLM(study["human"], design_of(study), family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(study["items"]), "use_correction": False}
    )
    for place, other in enumerate(SYSTEMS[1:]):
        found = ppi_contrasts(**study)["a", other].people
        assert found.estimate == pytest.approx(-fit.params[place])
        reach = 2.0009953780882674 * np.sqrt(60 / 59) * fit.bse[place]  # t with 59 degrees of freedom
        assert found.high == pytest.approx(-fit.params[place] + reach)


def test_people_alone_have_the_strengths_of_evalica() -> None:
    study = simulate(2, chance=1.0)
    winners = [
        {1: evalica.Winner.X, 0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}[value]
        for value in study["human"]
    ]
    scores = evalica.bradley_terry(study["first"], study["second"], winners, tolerance=1e-12).scores
    for (one, other), found in ppi_contrasts(**study).items():
        assert found.people.estimate == pytest.approx(np.log(scores[one] / scores[other]), abs=1e-6)


def solve_plainly(study: Study, power: float) -> tuple[Any, Any]:
    """The estimating equations and their sandwich, written out: contrasts of a with each other, and errors."""
    x, chance = design_of(study), np.array(study["probabilities"])
    human = np.nan_to_num(study["human"])
    weight = np.isfinite(study["human"]) / chance

    def terms(beta: Any) -> Any:
        expected = 1 / (1 + np.exp(-x @ beta))
        judged = power * (1 - weight) * (study["judge"] - expected)
        return x * (weight * (human - expected) + judged)[:, None]

    beta = root(lambda at: terms(at).sum(axis=0), np.zeros(3), tol=1e-12).x
    expected = 1 / (1 + np.exp(-x @ beta))
    curved = x.T @ (x * ((weight + power * (1 - weight)) * expected * (1 - expected))[:, None])
    summed = np.array([terms(beta)[np.array(study["items"]) == item].sum(axis=0) for item in range(60)])
    inverse = np.linalg.inv(curved)
    return -beta, np.sqrt(np.diag(inverse @ summed.T @ summed @ inverse))


@pytest.mark.parametrize("power", [0.0, 0.4, 1.0])
def test_known_probabilities_solve_the_equations_as_written(power: float) -> None:
    study = simulate(3)
    study["probabilities"] = [0.3 if item % 2 else 0.5 for item in study["items"]]
    points, errors = solve_plainly(study, power)
    asked = len(np.unique(np.array(study["items"])[np.isfinite(study["human"])]))
    found = ppi_contrasts(**study, power=power)
    for place, other in enumerate(SYSTEMS[1:]):
        corrected = found["a", other].corrected
        assert corrected.estimate == pytest.approx(points[place])
        reach = t.ppf(0.975, asked - 1) * np.sqrt(asked / (asked - 1)) * errors[place]
        assert corrected.high == pytest.approx(points[place] + reach, abs=1e-6)


@pytest.fixture(scope="module")
def runs() -> list[dict[tuple[str, str], Powered]]:
    return [ppi_contrasts(**simulate(seed, items=80)) for seed in range(120)]


def test_intervals_hold_the_truth_where_the_judge_is_biased(
    runs: list[dict[tuple[str, str], Powered]],
) -> None:
    truth = {(one, other): float(strength_between(one, other)) for one, other in combinations(SYSTEMS, 2)}
    held = np.array(
        [
            [
                (each.corrected.low or 0) <= truth[key] <= (each.corrected.high or 0)
                for key, each in run.items()
            ]
            for run in runs
        ]
    )
    assert 0.92 <= held.mean() <= 0.98
    judged = np.mean([run["a", "d"].judge for run in runs])
    assert judged < truth["a", "d"] - 0.4  # what the judge alone would have said


def strength_between(one: str, other: str) -> float:
    """The Bradley-Terry model that fits votes with 15 % ties as half wins best, from very many of them."""
    return float(BEST[SYSTEMS.index(one)] - BEST[SYSTEMS.index(other)])


def fit_best() -> Any:
    from evalplatform.agreement.few_labels.strengths import solve_strengths

    pairs = np.array(list(combinations(range(4), 2)))
    chance = 1 / (1 + np.exp(STRENGTH[pairs[:, 1]] - STRENGTH[pairs[:, 0]]))
    fit = solve_strengths(pairs, 0.85 * chance + 0.075, np.ones(6), 4)
    assert fit is not None
    return fit.at


BEST = fit_best()


def test_a_good_judge_saves_labels(runs: list[dict[tuple[str, str], Powered]]) -> None:
    powers = np.array([[each.power for each in run.values()] for run in runs])
    savings = np.array([[each.saving for each in run.values()] for run in runs])
    assert ((powers >= 0) & (powers <= 1)).all()
    assert savings.mean() > 0.15


def test_a_judge_that_rolls_dice_is_hardly_listened_to() -> None:
    found = ppi_contrasts(**simulate(5, items=300, follow=0.0))
    assert all(each.power < 0.2 for each in found.values())


def test_a_judge_that_contradicts_people_is_not_listened_to() -> None:
    study = simulate(7, items=300, follow=1.0)
    contrary = ppi_contrasts(**{**study, "judge": 1 - study["judge"]})
    assert {each.power for each in contrary.values()} == {0.0}
    assert all(each.corrected == each.people for each in contrary.values())


def test_a_contrast_needs_links_of_ten_labelled_items() -> None:
    study = simulate(6, items=30, chance=1.0)
    rare = np.array(["d" in pair for pair in zip(study["first"], study["second"], strict=True)])
    few = rare & (np.array(study["items"]) >= 9)
    study["human"] = np.where(few, np.nan, study["human"])
    found = ppi_contrasts(**study)
    assert {key for key, each in found.items() if each.corrected.undefined} == {
        ("a", "d"),
        ("b", "d"),
        ("c", "d"),
    }
    assert found["a", "d"].corrected.undefined == found["a", "d"].people.undefined == "too_few_items"
    study["human"] = np.where(rare, np.nan, study["human"])
    unlinked = ppi_contrasts(**study)
    assert {each.corrected.undefined for each in unlinked.values()} == {"not_connected"}
    assert unlinked["a", "b"].corrected.excluded == {"pair_without_labels": 90}


def test_a_system_that_never_lost_has_no_strength() -> None:
    won = ppi_contrasts(["a"] * 12, ["b"] * 12, [1] * 12, [1, 0] * 6, items=range(12))["a", "b"]
    assert won.corrected.undefined == won.people.undefined == "perfect_separation"
    assert won.judge == pytest.approx(0)


def test_what_is_no_comparison_is_an_error() -> None:
    with pytest.raises(AgreementError, match="with itself"):
        ppi_contrasts(["a"], ["a"], [1], [1], items=[1])
    with pytest.raises(AgreementError, match="outcomes lie"):
        ppi_contrasts(["a"], ["b"], [2], [1], items=[1])
    with pytest.raises(AgreementError, match="one entry"):
        ppi_contrasts(["a", "b"], ["b"], [1], [1], items=[1])
    assert ppi_contrasts([], [], [], [], items=[]) == {}
    nobody = ppi_contrasts(["a"] * 3, ["b"] * 3, [None] * 3, [1, 0, 1], items=[1, 2, 3])
    assert nobody["a", "b"].corrected.undefined == "not_connected"
