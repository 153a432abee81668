"""What must not matter, and what must never come out."""

import inspect
import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evalplatform.agreement.against_people as package
from evalplatform.agreement import Estimate, RatingTable
from tests.agreement.against_people.registry import APART, REGISTRY
from tests.agreement.registry import EXAMPLES

Row = tuple[int, str, int]
EVERYONE: list[Row] = [(-1, rater, 1) for rater in "abcde"]
rows = st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abcde"), st.integers(1, 4)), max_size=60).map(
    lambda drawn: EVERYONE + drawn
)
each_figure = pytest.mark.parametrize("name", REGISTRY)


def figure(name: str, drawn: list[Row], **options: Any) -> Estimate:
    return REGISTRY[name][1](RatingTable.from_records(drawn, level="ratio"), **options)


def same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else one == pytest.approx(other, abs=1e-9)


def test_every_public_figure_is_entered() -> None:
    public = {name for name in package.__all__ if inspect.isfunction(getattr(package, name))}
    assert public == {statistic for statistic, _ in REGISTRY.values()} | APART


@each_figure
@given(drawn=rows, order=st.randoms())
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_order_of_rows_does_not_matter(name: str, drawn: list[Row], order: Any) -> None:
    shuffled = list(drawn)
    order.shuffle(shuffled)
    assert figure(name, shuffled, resamples=20) == figure(name, drawn, resamples=20)


@each_figure
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_unit_twice_changes_no_figure(name: str, drawn: list[Row]) -> None:
    twice = drawn + [(unit + 100, rater, value) for unit, rater, value in drawn]
    one, two = (figure(name, held, inference=None).estimate for held in (drawn, twice))
    assert same(one, two)


@each_figure
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_names_of_the_people_do_not_matter(name: str, drawn: list[Row]) -> None:
    turned = {"a": "a", "b": "b", "c": "e", "d": "c", "e": "d"}
    renamed = [(unit, turned[rater], value) for unit, rater, value in drawn]
    one, two = (figure(name, held, inference=None).estimate for held in (drawn, renamed))
    assert same(one, two)


@each_figure
@pytest.mark.parametrize("inference", ["these_raters", "rater_population"])
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_figure_is_a_number_or_named(name: str, inference: Any, drawn: list[Row]) -> None:
    found = figure(name, drawn, inference=inference, resamples=20)
    numbers = [value for value in asdict(found).values() if isinstance(value, float)]
    assert all(map(math.isfinite, numbers))
    if found.estimate is None or found.low is None or found.high is None:
        assert found.undefined
    else:
        assert found.low <= found.high


DEGENERATE: list[list[Row]] = [
    EVERYONE,
    [(u, r, 1) for u in range(60) for r in "abcde"],
    [(u, r, u % 2) for u in range(60) for r in "abcde"],
    [*EVERYONE, *((u, "a", 1) for u in range(60))],
    [(u, r, place) for u in range(60) for place, r in enumerate("abcde")],
]


@each_figure
@pytest.mark.parametrize("case", range(len(DEGENERATE)))
@pytest.mark.parametrize("inference", ["these_raters", "rater_population"])
def test_thin_data_give_no_interval_and_say_why(name: str, case: int, inference: Any) -> None:
    found = figure(name, DEGENERATE[case], inference=inference)
    assert found.low is None
    assert found.undefined
