"""Each cell of the matrix is the figure of its two raters."""

import json
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplatform.agreement import (
    AgreementError,
    Estimate,
    RatingTable,
    Undefined,
    brennan_prediger,
    cohen_kappa,
    gwet_ac1,
    gwet_ac2,
    kendall_tau_b,
    pairwise_coefficients,
    pairwise_rater_agreement,
    scott_pi,
    spearman_rho,
)
from evalplatform.agreement.reliability import rater_pairs
from evalplatform.agreement.reliability.coefficients import Association, Coefficient
from evalplatform.agreement.reliability.weighting import Weighting
from tests.agreement.registry import EXAMPLES

RATERS = "abcd"


@pytest.fixture
def table() -> RatingTable:
    rng = np.random.default_rng(6)
    units, raters = np.nonzero(rng.random((50, 4)) < 0.7)
    values = np.clip(units % 4 + rng.integers(-1, 2, len(units)), 0, 3)
    return RatingTable.from_arrays(units, [RATERS[code] for code in raters], values, level="ordinal")


def columns(table: RatingTable, *raters: str) -> list[list[Any]]:
    """Values of raters by unit, None where missing."""
    found: list[list[Any]] = []
    for rater in raters:
        held = table.subset(raters=rater)
        given = dict(zip(held.unit.tolist(), held.value.tolist(), strict=True))
        found.append([given.get(unit) for unit in range(len(table.units))])
    return found


Pair = Callable[..., Estimate]
SOURCES: list[tuple[Coefficient | Association, Weighting | None, Pair]] = [
    ("cohen_kappa", None, cohen_kappa),
    ("cohen_kappa", "ordinal", lambda *given, **options: cohen_kappa(*given, weights="ordinal", **options)),
    ("scott_pi", None, scott_pi),
    ("scott_pi", "linear", lambda *given, **options: scott_pi(*given, weights="linear", **options)),
    ("spearman_rho", None, spearman_rho),
    ("kendall_tau_b", None, kendall_tau_b),
]


@pytest.mark.parametrize("block", [rater_pairs.BLOCK, 1])
@pytest.mark.parametrize(("coefficient", "weights", "pair"), SOURCES)
def test_cells_are_figures_of_two_sources(
    table: RatingTable,
    coefficient: Coefficient | Association,
    weights: Weighting | None,
    pair: Pair,
    block: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rater_pairs, "BLOCK", block)
    found = pairwise_coefficients(table, coefficient, weights=weights)
    assert (found.coefficient, found.weights, found.raters) == (coefficient, weights, tuple(RATERS))
    for row, one in enumerate(RATERS):
        for column, other in enumerate(RATERS):
            if one == other:
                assert (found.values[row][row], found.undefined[row][row]) == (None, None)
                continue
            expected = pair(*columns(table, one, other), categories=range(4), inference=None)
            assert found.values[row][column] == pytest.approx(expected.estimate, abs=1e-12)
            assert found.pairs[row][column] == expected.n


@pytest.mark.parametrize(
    ("coefficient", "weights", "figure"),
    [
        ("brennan_prediger", None, brennan_prediger),
        ("gwet_ac", None, gwet_ac1),
        ("gwet_ac", "quadratic", lambda held, **options: gwet_ac2(held, weights="quadratic", **options)),
    ],
)
def test_cells_are_figures_of_tables_of_two(
    table: RatingTable, coefficient: Coefficient, weights: Weighting | None, figure: Pair
) -> None:
    found = pairwise_coefficients(table, coefficient, weights=weights)
    for row, one in enumerate(RATERS):
        for column, other in enumerate(RATERS[:row]):
            pair = table.subset(raters=[one, other])
            both = pair.subset(units=np.bincount(pair.unit, minlength=len(pair.units)) == 2)
            expected = figure(both, inference=None).estimate
            assert found.values[row][column] == pytest.approx(expected, abs=1e-12)


rows = st.lists(st.tuples(st.integers(0, 8), st.sampled_from(RATERS), st.integers(1, 3)), max_size=40).map(
    lambda drawn: [*((-1, rater, 1) for rater in RATERS), *drawn]
)


Cell = tuple[float | None, Undefined | None, int]


def cell(
    drawn: list[tuple[int, str, int]], coefficient: Coefficient | Association, one: str, other: str
) -> Cell:
    """Value, reason and pairs of two raters."""
    found = pairwise_coefficients(RatingTable.from_records(drawn, level="ordinal"), coefficient)
    row, column = found.raters.index(one), found.raters.index(other)
    return found.values[row][column], found.undefined[row][column], found.pairs[row][column]


def same(one: Cell, other: Cell) -> bool:
    if one[0] is None or other[0] is None:
        return one == other
    return one[0] == pytest.approx(other[0], abs=1e-9) and one[1:] == other[1:]


@pytest.mark.parametrize("coefficient", [*get_args(Coefficient), *get_args(Association)])
@given(drawn=rows, names=st.permutations(RATERS))
@settings(max_examples=EXAMPLES, deadline=None)
def test_names_of_raters_units_and_copies_do_not_matter(
    coefficient: Coefficient | Association, drawn: list[tuple[int, str, int]], names: list[str]
) -> None:
    expected = cell(drawn, coefficient, "a", "b")
    renamed = [(100 - unit, names[RATERS.index(rater)], value) for unit, rater, value in drawn]
    one, other = names[0], names[1]
    assert same(cell(renamed, coefficient, one, other), expected)
    assert same(cell(drawn, coefficient, "b", "a"), expected)
    twice = drawn + [(unit + 50, rater, value) for unit, rater, value in drawn]
    assert same(cell(twice, coefficient, "a", "b"), (*expected[:2], 2 * expected[2]))


@pytest.mark.parametrize("coefficient", get_args(Coefficient))
@given(drawn=rows, names=st.permutations([1, 2, 3]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_names_of_categories_do_not_matter(
    coefficient: Coefficient, drawn: list[tuple[int, str, int]], names: list[int]
) -> None:
    renamed = [(unit, rater, names[value - 1]) for unit, rater, value in drawn]
    assert same(cell(renamed, coefficient, "a", "b"), cell(drawn, coefficient, "a", "b"))


def test_agreement_is_that_of_the_other_matrix(table: RatingTable) -> None:
    found, shares = pairwise_coefficients(table, "agreement"), pairwise_rater_agreement(table)
    for row, column in ((0, 1), (2, 1), (3, 0)):
        assert found.values[row][column] == pytest.approx(shares.agreement[row][column])
        assert found.pairs[row][column] == shares.pairs[row][column]


def test_what_is_missing_has_a_name() -> None:
    rows = [(1, "a", 1), (1, "b", 1), (2, "a", 1), (2, "b", 1), (3, "c", 2), (1, "s", 2), (2, "s", 1)]
    table = RatingTable.from_records(rows, level="ordinal", kinds={"s": "slot"})
    found = pairwise_coefficients(table)
    assert found.raters == ("a", "b", "c", "s")
    assert found.undefined == (
        (None, "no_variation", "no_pairable_units", "raters_are_slots"),
        ("no_variation", None, "no_pairable_units", "raters_are_slots"),
        ("no_pairable_units", "no_pairable_units", None, "raters_are_slots"),
        ("raters_are_slots", "raters_are_slots", "raters_are_slots", None),
    )
    assert {value for row in found.values for value in row} == {None}
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("coefficient", ["cohen_kappa", "spearman_rho", "kendall_tau_b"])
def test_an_empty_table_and_a_lone_rater(coefficient: Coefficient | Association) -> None:
    empty = pairwise_coefficients(RatingTable.from_records([], level="ordinal"), coefficient)
    assert (empty.raters, empty.values, empty.pairs) == ((), (), ())
    lone = pairwise_coefficients(RatingTable.from_records([(1, "a", 1)], level="ordinal"), coefficient)
    assert (lone.values, lone.undefined, lone.pairs) == (((None,),), ((None,),), ((0,),))


def test_wrong_questions_are_errors() -> None:
    words = RatingTable.from_records([(1, "a", "x"), (1, "b", "inconsistent")], level="nominal")
    with pytest.raises(AgreementError, match="words in an order"):
        pairwise_coefficients(words, "spearman_rho")
    with pytest.raises(AgreementError, match="nominal level only"):
        pairwise_coefficients(words, "cohen_kappa", weights="linear", rule="disagree")
    with pytest.raises(AgreementError, match="no such coefficient"):
        pairwise_coefficients(words, "pearson")  # type: ignore[arg-type]  # refused
    with pytest.raises(AgreementError, match="has no weights"):
        pairwise_coefficients(words, "kendall_tau_b", weights="linear")
