import itertools

import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.ranking import Scores, permutation_test


def pair_of(one: list[float], other: list[float]) -> Scores:
    items = list(range(len(one)))
    return Scores.from_arrays(["a"] * len(one) + ["b"] * len(other), items * 2, one + other)


def test_few_items_are_turned_in_all_ways() -> None:
    from scipy.stats import permutation_test as theirs

    one, other = [3.0, 4.5, 5.0, 2.0, 6.0, 1.0], [2.5, 5.0, 3.0, 2.5, 4.0, 1.5]
    found = permutation_test(pair_of(one, other), "a", "b")
    expected = theirs(
        (np.array(one), np.array(other)), lambda a, b: (a - b).mean(), permutation_type="samples"
    )
    assert found.p_value == pytest.approx(expected.pvalue)
    by_hand = [
        abs(sum(sign * (a - b) for sign, a, b in zip(signs, one, other, strict=True)))
        >= abs(sum(one) - sum(other)) - 1e-9
        for signs in itertools.product([1, -1], repeat=6)
    ]
    assert (found.p_value, found.method, found.n) == (float(np.mean(by_hand)), "exact", 6)


def test_many_items_are_turned_at_random() -> None:
    rng = np.random.default_rng(2)
    base = rng.normal(size=300)
    held = pair_of((base + 0.1 + rng.normal(0, 0.7, 300)).tolist(), (base + rng.normal(0, 0.7, 300)).tolist())
    found = permutation_test(held, "a", "b", resamples=20_000)
    leads = held.values[:, 0] - held.values[:, 1]
    from scipy.special import ndtr

    normal = 2 * ndtr(-abs(leads.sum()) / np.sqrt((leads**2).sum()))
    assert found.p_value == pytest.approx(normal, abs=0.01)
    assert found == permutation_test(held, "a", "b", resamples=20_000)
    turned = permutation_test(held, "b", "a", resamples=20_000)
    assert (turned.p_value, turned.difference) == (found.p_value, -(found.difference or 0))


def test_no_p_value_is_0() -> None:
    found = permutation_test(pair_of([1.0] * 40, [0.0] * 40), "a", "b", resamples=99)
    assert (found.p_value, found.method, found.resamples) == (0.01, "sampled", 99)


def test_false_alarms_are_as_rare_as_stated() -> None:
    rng = np.random.default_rng(7)
    alarms = [
        (
            permutation_test(
                pair_of(*rng.integers(1, 6, (2, 30)).astype(float).tolist()), "a", "b", resamples=199
            )
        )
        for _ in range(400)
    ]
    assert np.mean([(each.p_value or 0) <= 0.05 for each in alarms]) < 0.08


def test_thin_data_are_named() -> None:
    assert permutation_test(pair_of([1.0, 2.0], [1.0, 2.0]), "a", "b").p_value == 1.0
    apart = Scores.from_arrays(["a", "b"], [1, 2], [1, 1])
    assert permutation_test(apart, "a", "b").undefined == "no_pairable_units"
    with pytest.raises(AgreementError, match="no such system: c"):
        permutation_test(apart, "a", "c")
    with pytest.raises(AgreementError, match="at least one"):
        permutation_test(apart, "a", "b", resamples=0)
