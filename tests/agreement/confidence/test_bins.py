import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from evalplatform.agreement import AgreementError
from evalplatform.agreement.confidence import calibration_error

RNG = np.random.default_rng(7)
STATED = RNG.random(800)
TRUE = (RNG.random(800) < STATED).astype(int)


def test_the_diagram_is_that_of_scikit_learn() -> None:
    found = calibration_error(STATED, TRUE)
    rates, confidences = calibration_curve(TRUE, STATED, n_bins=10)
    assert [each.rate for each in found.bins] == pytest.approx(rates.tolist())
    assert [each.confidence for each in found.bins] == pytest.approx(confidences.tolist())
    assert sum(each.n for each in found.bins) == found.n == 800


def test_errors_are_read_from_the_diagram() -> None:
    found = calibration_error(STATED, TRUE)
    gaps = [abs(each.rate - each.confidence) for each in found.bins]
    assert found.mce == pytest.approx(max(gaps))
    assert found.ece == pytest.approx(
        sum(each.n * gap for each, gap in zip(found.bins, gaps, strict=True)) / 800
    )


def test_equal_mass_gives_each_bin_as_many() -> None:
    found = calibration_error(STATED, TRUE, bins=8, binning="equal_mass")
    assert [each.n for each in found.bins] == [100] * 8
    assert all(one.high <= other.low for one, other in zip(found.bins, found.bins[1:], strict=False))


def test_edges_belong_to_the_bin_below() -> None:
    found = calibration_error([0.0, 0.1, 0.2, 0.3, 0.6, 0.7, 1.0], [0] * 7)
    assert [(round(each.high, 1), each.n) for each in found.bins] == [
        (0.1, 2), (0.2, 1), (0.3, 1), (0.6, 1), (0.7, 1), (1.0, 1),
    ]  # fmt: skip


def test_right_probabilities_give_an_error_by_chance_alone() -> None:
    """Of a calibrated judge with 500 verdicts: about .03 by chance, and seldom beyond its 95th percentile."""
    rng = np.random.default_rng(1)
    beyond, errors, debiased = 0, [], []
    for seed in range(150):
        stated = 0.5 + 0.5 * rng.random(500)
        found = calibration_error(stated, (rng.random(500) < stated).astype(int), draws=200, seed=seed)
        beyond += found.exceeds_chance
        assert found.ece is not None
        assert found.debiased is not None
        assert found.null_mean is not None
        errors.append(found.ece)
        debiased.append(found.debiased)
        assert 0.02 < found.null_mean < 0.05
    assert 1 <= beyond <= 17
    assert np.mean(debiased) < np.mean(errors)


def test_overconfidence_exceeds_chance() -> None:
    found = calibration_error([0.9] * 300, [1] * 180 + [0] * 120)
    assert found.ece == pytest.approx(0.3)
    assert found.debiased == pytest.approx((0.3**2 - 0.6 * 0.4 / 299) ** 0.5)
    assert found.exceeds_chance


@pytest.mark.filterwarnings("error")
def test_nothing_is_named() -> None:
    found = calibration_error([], [])
    assert (found.undefined, found.ece, found.exceeds_chance) == ("no_pairable_units", None, False)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("binning", ["equal_width", "equal_mass"])
def test_a_single_verdict_has_an_error(binning: str) -> None:
    found = calibration_error([0.75], [1], binning=binning)  # type: ignore[arg-type]
    assert (found.ece, found.debiased, len(found.bins)) == (0.25, 0, 1)


def test_no_bins_are_an_error() -> None:
    with pytest.raises(AgreementError, match="one bin"):
        calibration_error([0.5], [1], bins=0)


def test_the_order_of_rows_does_not_matter_among_equal_probabilities() -> None:
    apart, mixed = (
        calibration_error([0.5] * 400, outcomes, binning="equal_mass")
        for outcomes in ([1] * 200 + [0] * 200, [1, 0] * 200)
    )
    assert apart.ece == pytest.approx(mixed.ece, abs=0.12)
    assert not apart.exceeds_chance


def test_an_error_of_right_probabilities_exceeds_chance_as_seldom_as_stated() -> None:
    """All are .99: one miss of twenty is the largest error that is at all likely."""
    assert not calibration_error([0.99] * 20, [0] + [1] * 19).exceeds_chance


def test_an_unknown_binning_is_an_error() -> None:
    with pytest.raises(AgreementError, match="no such binning"):
        calibration_error([0.5], [1], binning="equal-mass")  # type: ignore[arg-type]
