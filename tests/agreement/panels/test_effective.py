import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.panels import effective_judges


def test_it_is_the_number_of_judges_over_the_design_effect_where_variances_are_equal() -> None:
    rng = np.random.default_rng(1)
    errors = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1))
    errors = (errors - errors.mean(axis=0)) / errors.std(axis=0)
    rho = (np.corrcoef(errors.T).sum() - 4) / 12
    found = effective_judges(errors, [0] * 60, inference=None)
    assert found.estimate == pytest.approx(4 / (1 + 3 * rho), abs=1e-9)


def test_its_interval_holds_what_the_judges_were_made_to_be_worth() -> None:
    """Errors that share half of their variance: five judges are worth 5 / 3."""
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        errors = rng.normal(size=(150, 5)) + rng.normal(size=(150, 1))
        found = effective_judges(errors, [0] * 150, resamples=200)
        hits += found.low <= 5 / 3 <= found.high  # type: ignore[operator]
    assert 180 <= hits <= 199


def test_a_lean_on_all_units_alike_is_no_part_of_it() -> None:
    rng = np.random.default_rng(2)
    errors = rng.normal(size=(50, 3))
    plain = effective_judges(errors, [0] * 50, inference=None)
    leaning = effective_judges(errors + np.array([1, 0, -4]), [0] * 50, inference=None)
    assert leaning.estimate == pytest.approx(plain.estimate, abs=1e-9)


def test_judges_that_always_err_alike_are_one_and_a_mean_without_error_has_no_number() -> None:
    same = np.repeat([[0.0], [1.0], [0.0], [1.0]], 3, axis=1)
    assert effective_judges(same, [1, 1, 0, 0], inference=None).estimate == pytest.approx(1)
    assert effective_judges([[1, 0], [0, 1]], [0.5, 0.5], inference=None).undefined == "no_variation"


def test_units_without_label_or_vote_are_left_out_and_counted() -> None:
    found = effective_judges([[1, 0], [1, None], [1, 1], [0, 1]], [1, 1, None, 1], inference=None)
    assert found.n == 2
    assert found.excluded == {"unlabelled": 1, "incomplete": 1}
    assert effective_judges([[1, 0]], [None], inference=None).undefined == "no_pairable_units"


def test_items_are_resampled_whole() -> None:
    rng = np.random.default_rng(3)
    votes = rng.random((60, 3))
    tripled = np.repeat(votes, 3, axis=0)
    alone = effective_judges(votes, [0] * 60, seed=4)
    whole = effective_judges(tripled, [0] * 180, clusters=np.repeat(np.arange(60), 3), seed=4)
    assert (whole.estimate, whole.low, whole.high) == pytest.approx((alone.estimate, alone.low, alone.high))


def test_unlike_columns_are_refused() -> None:
    with pytest.raises(AgreementError):
        effective_judges([[1, 0]], [1, 0])
