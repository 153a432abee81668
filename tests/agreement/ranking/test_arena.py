import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.ranking import (
    agreement_with_confidence,
    pair_rank_brier,
    separability_with_confidence,
)

TOY = {"a": (0.60, 0.70), "b": (0.55, 0.65), "c": (0.40, 0.50), "d": (0.38, 0.52)}


def test_toys() -> None:
    found = separability_with_confidence(TOY)
    assert (found.estimate, found.n, found.n_unit) == (4 / 6, 6, "pairs")
    # the reference separates a-b (they do not), a-c (agrees), b-c (opposite)
    reference = {"a": (9.0, 9.5), "b": (7.0, 7.5), "c": (8.0, 8.5), "x": (1.0, 2.0)}
    agreed = agreement_with_confidence(TOY, reference)
    assert (agreed.estimate, agreed.n) == ((0 + 1 - 1) / 3, 3)
    assert pair_rank_brier([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0]).estimate == pytest.approx(0.0375)


def test_brier_equals_scikit_learn() -> None:
    from sklearn.metrics import brier_score_loss

    stated, seen = [0.2, 0.7, 0.9, 0.5], [0, 1, 0, 1]
    assert pair_rank_brier(stated, seen).estimate == pytest.approx(brier_score_loss(seen, stated))


def test_limits_that_touch_do_not_separate() -> None:
    assert separability_with_confidence({"a": (1, 2), "b": (2, 3)}).estimate == 0.0


def test_nothing_is_named_and_nonsense_refused() -> None:
    assert separability_with_confidence({"a": (1, 2)}).undefined == "no_pairable_units"
    assert agreement_with_confidence(TOY, {}).undefined == "no_pairable_units"
    assert pair_rank_brier([], []).undefined == "no_pairable_units"
    with pytest.raises(AgreementError, match="a lower and an upper"):
        separability_with_confidence({"a": (2, 1), "b": (0, 1)})
    with pytest.raises(AgreementError, match="differ in length"):
        pair_rank_brier([0.5], [])
    with pytest.raises(AgreementError, match="0 or 1"):
        pair_rank_brier([0.5], [0.5])
