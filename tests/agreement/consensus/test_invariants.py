"""What must not matter to figures of consensus, and what degenerate tables give."""

import doctest
import inspect
import json
import pkgutil
import warnings
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from importlib import import_module
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evalplatform.agreement.consensus as package
from evalplatform.agreement import RatingTable
from evalplatform.agreement.consensus import dawid_skene, majority_vote, rater_ability, rater_drift
from evalplatform.agreement.errors import AgreementError
from tests.agreement.consensus.registry import EXAMPLES, REGISTRY

Row = tuple[int, str, int]
rows = st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abcde"), st.integers(1, 4)), max_size=60)
MODULES = [f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)]


def table_of(drawn: list[Row]) -> RatingTable:
    return RatingTable.from_records(drawn, level="nominal")


def plain(result: Any) -> Any:  # Any: as JSON
    if isinstance(result, Mapping):
        return {str(key): plain(value) for key, value in result.items()}
    if isinstance(result, np.ndarray | tuple):
        return np.asarray(result).tolist()
    return plain(asdict(result)) if is_dataclass(result) and not isinstance(result, type) else result


def numbers(result: Any) -> list[float]:  # Any: as JSON
    if isinstance(result, dict | list):
        held = result.values() if isinstance(result, dict) else result
        return [number for each in held for number in numbers(each)]
    return [result] if isinstance(result, int | float) else []


def test_every_public_figure_is_entered() -> None:
    assert {name for name in package.__all__ if inspect.isfunction(getattr(package, name))} == set(REGISTRY)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


@pytest.mark.parametrize("name", REGISTRY)
@given(drawn=rows, order=st.integers(0, 99))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_order_of_rows_does_not_matter(name: str, drawn: list[Row], order: int) -> None:
    shuffled = list(drawn)
    Random(order).shuffle(shuffled)
    one, other = (numbers(plain(REGISTRY[name](table_of(each)))) for each in (drawn, shuffled))
    assert one == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("name", REGISTRY)
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_figures_are_numbers_and_never_a_warning(name: str, drawn: list[Row]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = REGISTRY[name](table_of(drawn))
    json.dumps(plain(result), allow_nan=False)


@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_probabilities_add_up_and_names_do_not_matter(drawn: list[Row]) -> None:
    found = dawid_skene(table_of(drawn), iterations=5)
    assert found.probabilities.sum(axis=1).tolist() == pytest.approx([1.0] * len(found.labels))
    renamed = dawid_skene(table_of([(unit, rater, 5 - value) for unit, rater, value in drawn]), iterations=5)
    assert found.probabilities == pytest.approx(renamed.probabilities[:, ::-1], abs=1e-6)


@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_unit_twice_changes_no_ability(drawn: list[Row]) -> None:
    twice = [*drawn, *((unit + 100, rater, value) for unit, rater, value in drawn)]
    once, again = rater_ability(table_of(drawn)), rater_ability(table_of(twice))
    for rater, each in once.items():
        assert each.estimate == again[rater].estimate or each.estimate == pytest.approx(again[rater].estimate)
        if each.low is not None:
            assert each.low <= (each.estimate or 0) <= (each.high or 0)


def test_what_is_undefined_has_its_name() -> None:
    empty = table_of([])
    assert majority_vote(empty).labels == dawid_skene(empty).labels == rater_ability(empty) == {}
    assert dawid_skene(empty).log_likelihood is None
    assert rater_ability(table_of([(1, "a", 1), (2, "a", 2)]))["a"].undefined == "no_pairable_units"
    same = [(unit, rater, 1) for unit in range(60) for rater in "ab"]
    assert rater_ability(table_of(same))["a"].undefined == "no_variation"
    assert rater_ability(table_of(same[:20]))["a"].undefined == "too_few_items"
    assert rater_drift(table_of(same), [0.0] * 120)["a"].undefined == "no_variation"
    assert package.spam_scores(dawid_skene(table_of(same)))["a"].undefined == "no_variation"


def test_what_cannot_be_asked_is_refused() -> None:
    table = table_of([(1, "a", 1), (1, "b", 2)])
    with pytest.raises(AgreementError, match="no such rater"):
        majority_vote(table, weights={"z": 1})
    with pytest.raises(AgreementError, match="at least 0"):
        majority_vote(table, weights={"a": -1})
    with pytest.raises(AgreementError, match="ties are"):
        majority_vote(table, ties="any")  # type: ignore[arg-type]
    with pytest.raises(AgreementError, match="not negative"):
        dawid_skene(table, iterations=-1)
    with pytest.raises(AgreementError, match="than memory"):
        dawid_skene(RatingTable.from_records([(1, "a", 1)], level="nominal", categories=range(10_001)))
    with pytest.raises(AgreementError, match="one number for each"):
        rater_drift(table, [1.0])
    with pytest.raises(AgreementError, match="not of a population"):
        rater_ability(table, inference="rater_population")
