import json
from dataclasses import FrozenInstanceError

import pytest

from evalplatform.agreement import AgreementError, Estimate


def test_an_estimate_is_plain_json() -> None:
    estimate = Estimate(estimate=0.5, n=4, n_unit="pairs", excluded={"missing": 1}, seed=3)
    assert json.loads(json.dumps(estimate.to_dict())) == {
        "estimate": 0.5,
        "low": None,
        "high": None,
        "confidence": 0.95,
        "method": None,
        "inference": None,
        "level": None,
        "rule": None,
        "n": 4,
        "n_unit": "pairs",
        "excluded": {"missing": 1},
        "undefined": None,
        "seed": 3,
    }


def test_an_estimate_cannot_be_changed() -> None:
    estimate = Estimate(estimate=None, n=0, n_unit="pairs")
    with pytest.raises(FrozenInstanceError):
        estimate.estimate = 1.0  # type: ignore[misc]  # that it is refused is what is tested


def test_errors_of_the_package_are_a_tree_of_their_own() -> None:
    assert AgreementError.__mro__[1] is ValueError
