import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from evalplatform.agreement import (
    AgreementError,
    Inference,
    RatingTable,
    agreement_between,
    agreement_with_rest,
)
from evalplatform.agreement.reliability.weighting import Weighting


@pytest.fixture
def table() -> RatingTable:
    rng = np.random.default_rng(9)
    units, raters = np.nonzero(rng.random((120, 7)) < 0.6)
    values = np.where(rng.random(len(units)) < 0.6, units % 3, rng.integers(0, 3, len(units)))
    return RatingTable.from_arrays(
        units, [f"r{code}" for code in raters], values, clusters=units // 2, level="ordinal"
    )


@pytest.mark.parametrize("inference", ["these_raters", "rater_population"])
def test_agreement_is_that_between_the_rater_and_the_others(table: RatingTable, inference: Inference) -> None:
    found = agreement_with_rest(table, inference=inference)
    assert list(found) == list(table.raters)
    for rater, estimate in found.items():
        others = [name for name in table.raters if name != rater]
        expected = agreement_between(table, rater, others, inference=inference)
        assert estimate.estimate == pytest.approx(expected.estimate)
        assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high))
        assert (estimate.n, estimate.n_unit, estimate.method) == (expected.n, "pairs", expected.method)


@pytest.mark.parametrize("weights", [None, "linear"])
def test_kappa_is_that_of_all_pairs(table: RatingTable, weights: Weighting | None) -> None:
    found = agreement_with_rest(table, "cohen_kappa", weights=weights, inference=None)
    for code, rater in enumerate(table.raters):
        own = table.rater == code
        pairs = [
            (table.value[row], table.value[other])
            for row in np.flatnonzero(own)
            for other in np.flatnonzero((table.unit == table.unit[row]) & ~own)
        ]
        expected = cohen_kappa_score(*zip(*pairs, strict=True), weights=weights)
        assert found[rater].estimate == pytest.approx(expected, abs=1e-12)
        assert found[rater].level == ("nominal" if weights is None else "ordinal")


def test_what_is_missing_has_a_name() -> None:
    rows = [(1, "a", 1), (1, "b", 1), (2, "a", 1), (2, "b", 1), (3, "c", 2), (1, "s", 1)]
    table = RatingTable.from_records(rows, level="nominal", kinds={"s": "slot"})
    found = agreement_with_rest(table, "cohen_kappa")
    assert {name: (each.estimate, each.low, each.undefined) for name, each in found.items()} == {
        "a": (None, None, "no_variation"),
        "b": (None, None, "no_variation"),
        "c": (None, None, "no_pairable_units"),
        "s": (None, None, "raters_are_slots"),
    }
    assert found["c"].excluded == {"unpaired": 1}
    assert agreement_with_rest(RatingTable.from_records([], level="nominal")) == {}
    alone = agreement_with_rest(RatingTable.from_records([(1, "a", 1)], level="nominal"))
    assert alone["a"].undefined == "no_pairable_units"


def test_the_rater_asked_about_is_no_draw_from_a_population() -> None:
    rng = np.random.default_rng(1)
    rows = [(unit, rater, int(rng.random() < 0.7)) for unit in range(60) for rater in "abcde"]
    found = agreement_with_rest(RatingTable.from_records(rows, level="nominal"), inference="rater_population")
    assert {estimate.undefined for estimate in found.values()} == {"too_few_raters"}


def test_wrong_questions_are_errors(table: RatingTable) -> None:
    with pytest.raises(AgreementError, match="no such coefficient"):
        agreement_with_rest(table, "spearman_rho")  # type: ignore[arg-type]  # refused
    with pytest.raises(AgreementError, match="nominal level only"):
        agreement_with_rest(
            RatingTable.from_records([(1, "a", "inconsistent")], level="nominal"),
            weights="linear",
            rule="disagree",
        )
