"""What must not matter to figures of consensus, and what degenerate tables give."""

import doctest
import inspect
import json
import pkgutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from importlib import import_module
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evalplatform.agreement.consensus as package
from evalplatform.agreement import RatingTable
from evalplatform.agreement.consensus import (
    MacePriors,
    dawid_skene,
    glad,
    mace,
    majority_vote,
    rater_ability,
    rater_drift,
)
from evalplatform.agreement.errors import AgreementError
from tests.agreement.consensus.registry import EXAMPLES, MODELS, REGISTRY

Row = tuple[int, str, int]
Gapped = tuple[int, str, int | None]
rows = st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abcde"), st.integers(1, 4)), max_size=60)
MODULES = [f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)]


def table_of(drawn: Sequence[Gapped]) -> RatingTable:
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


@pytest.mark.parametrize("name", MODELS)
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_probabilities_add_up_and_names_do_not_matter(name: str, drawn: list[Row]) -> None:
    found = MODELS[name](table_of(drawn))
    assert found.probabilities.sum(axis=1).tolist() == pytest.approx([1.0] * len(found.labels))
    turned = [(-unit, "edcba"["abcde".index(rater)], 5 - value) for unit, rater, value in drawn]
    renamed = MODELS[name](table_of(turned))
    assert found.probabilities == pytest.approx(renamed.probabilities[::-1, ::-1], abs=1e-6)


@pytest.mark.parametrize("name", MODELS)
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_same_table_by_other_raters_on_other_units_changes_nothing(name: str, drawn: list[Row]) -> None:
    twice = [*drawn, *((unit + 100, rater * 2, value) for unit, rater, value in drawn)]
    once, again = MODELS[name](table_of(drawn)), MODELS[name](table_of(twice))
    assert again.probabilities == pytest.approx(
        np.concatenate([once.probabilities, once.probabilities]), abs=1e-6
    )
    for held in ("abilities", "competences"):
        for rater, figure in getattr(once, held, {}).items():
            for each in (rater, rater * 2):
                assert getattr(again, held)[each].estimate == (
                    None if figure.estimate is None else pytest.approx(figure.estimate, abs=1e-6)
                )


@pytest.mark.parametrize("name", MODELS)
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_missing_ratings_change_nothing(name: str, drawn: list[Row]) -> None:
    gaps = [(unit, rater, None) for unit, rater, _ in drawn]
    one, other = MODELS[name](table_of(drawn)), MODELS[name](table_of([*drawn, *gaps]))
    assert plain(one) == plain(other)


@pytest.mark.parametrize("name", ["glad", "mace", "mace_em"])
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_climb_never_falls(name: str, drawn: list[Row]) -> None:
    found = MODELS[name](table_of(drawn))
    assert found.iterations == len(found.trace)
    assert all(later >= one - 1e-9 for one, later in pairwise(found.trace))


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
    assert glad(empty).labels == glad(empty).abilities == mace(empty).labels == mace(empty).competences == {}
    for nothing in (dawid_skene(empty), glad(empty), mace(empty)):
        assert (nothing.log_likelihood, nothing.iterations, nothing.converged) == (None, 0, False)
    assert rater_ability(table_of([(1, "a", 1), (2, "a", 2)]))["a"].undefined == "no_pairable_units"
    same = [(unit, rater, 1) for unit in range(60) for rater in "ab"]
    assert rater_ability(table_of(same))["a"].undefined == "no_variation"
    assert rater_ability(table_of(same[:20]))["a"].undefined == "too_few_items"
    assert rater_drift(table_of(same), [0.0] * 120)["a"].undefined == "no_variation"
    alone = table_of([(1, "a", 1), (2, "a", 2), (3, "b", 2), (3, "c", 2)])
    for figures in (glad(alone).abilities, mace(alone).competences):
        assert (figures["a"].undefined, dict(figures["a"].excluded)) == ("no_pairable_units", {"unpaired": 2})
        assert (figures["b"].undefined, figures["b"].n) == (None, 1)
    for figures in (glad(table_of(same)).abilities, mace(table_of(same)).competences):
        assert figures["a"].undefined == "no_variation"
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
    many = range(10_001)
    wide = RatingTable.from_records([(unit, "a", 1) for unit in many], level="nominal", categories=many)
    for model in (glad, mace):
        with pytest.raises(AgreementError, match="not negative"):
            model(table, tolerance=-1.0)
        with pytest.raises(AgreementError, match="than memory"):
            model(wide)
    with pytest.raises(AgreementError, match="a prior is a mean"):
        glad(table, ability_prior=(1.0, 0.0))
    with pytest.raises(AgreementError, match="variational or em"):
        mace(table, method="gibbs")  # type: ignore[arg-type]
    with pytest.raises(AgreementError, match="there is a start"):
        mace(table, starts=0)
    with pytest.raises(AgreementError, match="numbers above 0"):
        mace(table, priors=MacePriors(value=0.0))
    with pytest.raises(AgreementError, match="than memory"):
        dawid_skene(RatingTable.from_records([(1, "a", 1)], level="nominal", categories=range(10_001)))
    with pytest.raises(AgreementError, match="one number for each"):
        rater_drift(table, [1.0])
    with pytest.raises(AgreementError, match="not of a population"):
        rater_ability(table, inference="rater_population")
