from typing import Literal

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from evalplatform.agreement import AgreementError, RatingTable, agreement_with_plurality, cohen_kappa

Weighting = Literal["linear", "quadratic"]

ROWS = [
    (1, "judge", "first"), (1, "p", "first"), (1, "q", "first"), (1, "r", "second"),
    (2, "judge", "tie"), (2, "p", "first"), (2, "q", "second"),
    (3, "judge", "second"), (3, "p", "second"),
    (4, "judge", "first"), (4, "p", "second"), (4, "q", "second"),
    (5, "judge", "first"),
]  # fmt: skip
PEOPLE = ["p", "q", "r"]


def expand(counts: list[list[int]]) -> tuple[list[int], list[int]]:
    """Turn a contingency table into two columns of values."""
    cells = [(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)]
    return [i for i, _ in cells], [j for _, j in cells]


@pytest.mark.parametrize(
    ("counts", "weights", "kappa", "digits"),
    [
        ([[20, 5], [10, 15]], None, 0.4, 12),
        ([[53, 5, 2], [11, 14, 5], [1, 6, 3]], None, 0.428571, 6),
        ([[53, 5, 2], [11, 14, 5], [1, 6, 3]], "linear", 0.492308, 6),
        ([[53, 5, 2], [11, 14, 5], [1, 6, 3]], "quadratic", 0.566667, 6),
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], None, 0.4842, 4),
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], "linear", 0.4701, 4),
        ([[13, 0, 0], [0, 20, 7], [0, 4, 56]], None, 0.7964094, 7),
        ([[118, 5], [2, 0]], None, -0.02339, 5),
    ],
)
def test_published_kappas(
    counts: list[list[int]], weights: Weighting | None, kappa: float, digits: int
) -> None:
    estimate = cohen_kappa(*expand(counts), weights=weights, inference=None)
    assert estimate.estimate is not None
    assert round(estimate.estimate, digits) == kappa
    assert (estimate.n, estimate.n_unit) == (sum(map(sum, counts)), "units")


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_random_pairs_equal_scikit_learn(weights: Weighting | None) -> None:
    rng = np.random.default_rng(11)
    first, noise = rng.integers(0, 5, 300), rng.integers(0, 5, 300)
    second = np.where(rng.random(300) < 0.5, first, noise)
    expected = cohen_kappa_score(first, second, weights=weights)
    found = cohen_kappa(first, second, weights=weights, clusters=np.arange(300) // 4, inference=None)
    assert found.estimate == pytest.approx(expected, abs=1e-12)


def test_kappa_leaves_out_units_that_one_source_missed() -> None:
    estimate = cohen_kappa(["a", None, "b", "a"], ["a", "b", "b", None], inference=None)
    assert (estimate.estimate, estimate.n, estimate.excluded) == (1.0, 2, {"missing": 2, "unpaired": 2})


def test_kappa_of_thin_data_is_named() -> None:
    assert cohen_kappa([], []).undefined == "no_pairable_units"
    constant = cohen_kappa(["a"] * 60, ["a"] * 60)
    assert (constant.estimate, constant.undefined) == (None, "no_variation")
    assert cohen_kappa(["a", "b"] * 40, ["a", "b"] * 40).undefined == "too_few_disagreements"
    with pytest.raises(AgreementError, match="differ in length"):
        cohen_kappa(["a"], [])


def test_plurality_with_a_value_for_no_single_winner() -> None:
    table = RatingTable.from_records(ROWS, level="nominal")
    estimate = agreement_with_plurality(table, "judge", PEOPLE, tie_value="tie", inference=None)
    assert (estimate.estimate, estimate.n, estimate.n_unit) == (3 / 4, 4, "verdicts")
    assert estimate.excluded == {"unpaired": 1}


def test_the_value_for_no_single_winner_may_be_new_to_the_scale() -> None:
    rows = [(1, "j", "first"), (1, "p", "first"), (1, "q", "second"), (2, "j", "second"), (2, "p", "second")]
    table = RatingTable.from_records(rows, level="nominal")
    estimate = agreement_with_plurality(table, "j", ["p", "q"], tie_value="tie", inference=None)
    assert (estimate.estimate, estimate.n) == (0.5, 2)


def test_plurality_without_one_leaves_the_unit_out() -> None:
    table = RatingTable.from_records(ROWS, level="nominal")
    estimate = agreement_with_plurality(table, "judge", PEOPLE, inference=None)
    assert estimate.estimate == pytest.approx(2 / 3)
    assert estimate.excluded == {"unpaired": 1, "no_single_winner": 1}


def test_plurality_without_ties_on_either_side() -> None:
    table = RatingTable.from_records(ROWS, level="nominal")
    estimate = agreement_with_plurality(
        table, "judge", PEOPLE, tie_value="tie", ties="without", statistic="cohen_kappa", inference=None
    )
    # compared: (first, first), (second, second), (first, second)
    assert estimate.estimate == pytest.approx(cohen_kappa_score([0, 1, 0], [0, 1, 1]))
    assert (estimate.n, estimate.excluded) == (3, {"unpaired": 1, "tie": 1})


def test_an_inconsistent_verdict_that_disagrees_never_meets_the_plurality() -> None:
    rows = [(unit, "judge", "inconsistent") for unit in (1, 2)] + [(1, "p", "first"), (2, "p", "tie")]
    table = RatingTable.from_records(rows, level="nominal")
    shares = [
        agreement_with_plurality(table, "judge", "p", rule=rule, inference=None).estimate
        for rule in ("tie", "disagree")
    ]
    assert shares == [0.5, 0.0]


def test_nothing_to_compare_is_named() -> None:
    table = RatingTable.from_records([(1, "j", "tie"), (2, "p", "tie")], level="nominal")
    estimate = agreement_with_plurality(table, "j", "p")
    assert (estimate.estimate, estimate.n, estimate.undefined) == (None, 0, "no_pairable_units")


def test_nothing_left_to_compare_is_named() -> None:
    table = RatingTable.from_records([(1, "j", "tie"), (1, "p", "tie"), (2, "j", "first")], level="nominal")
    estimate = agreement_with_plurality(table, "j", "p", ties="without")
    assert (estimate.estimate, estimate.n, estimate.undefined) == (None, 0, "no_pairable_units")


@pytest.mark.parametrize("statistic", ["agreement", "cohen_kappa"])
def test_resampled_voters_elect_anew(statistic: Literal["agreement", "cohen_kappa"]) -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 3, 120)
    rows = [
        (unit, rater, int(value) if rng.random() < 0.7 else int(rng.integers(0, 3)))
        for unit, value in enumerate(truth)
        for rater in ("judge", *"pqrstu")
    ]
    table = RatingTable.from_records(rows, level="nominal", kinds={"judge": "fixed"})
    people = list("pqrstu")
    these = agreement_with_plurality(table, "judge", people, statistic=statistic)
    population = agreement_with_plurality(
        table, "judge", people, statistic=statistic, inference="rater_population"
    )
    assert these.estimate == population.estimate
    assert (these.method, population.method) == ("item_bootstrap", "two_way_bootstrap")
    assert None not in (these.low, population.low)
    assert these.low != population.low


@pytest.mark.parametrize("statistic", ["agreement", "cohen_kappa"])
def test_other_voters_leave_the_figure_in_the_middle(statistic: Literal["agreement", "cohen_kappa"]) -> None:
    # twenty voters, three a unit: draws of voters make many ties, which are taken for a value
    rng = np.random.default_rng(4)
    rows: list[tuple[int, str, int]] = []
    for unit, value in enumerate(rng.integers(0, 3, 150).tolist()):
        voters = [f"p{code}" for code in rng.choice(20, 3, replace=False)]
        rows.extend(
            (unit, rater, value if rng.random() < 0.75 else int(rng.integers(0, 3)))
            for rater in ("judge", *voters)
        )
    table = RatingTable.from_records(rows, level="nominal", kinds={"judge": "fixed"})
    people = [name for name in table.raters if name != "judge"]
    found = agreement_with_plurality(
        table, "judge", people, tie_value=0, statistic=statistic, inference="rater_population"
    )
    assert found.estimate is not None
    assert found.low is not None
    assert found.high is not None
    middle = (found.low + found.high) / 2
    assert middle == pytest.approx(found.estimate, abs=0.2 * (found.high - found.low))
