"""What must not matter, for every figure of few labels."""

import inspect
import json
import warnings
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evalplatform.agreement.few_labels as package
from evalplatform.agreement import Estimate
from tests.agreement.few_labels.registry import EXAMPLES, OTHERS, REGISTRY, Promise, Row

outcomes = st.sampled_from([0.0, 0.5, 1.0])
rows = st.lists(st.tuples(st.integers(0, 40), st.none() | outcomes, outcomes), max_size=120)
each_figure = pytest.mark.parametrize("name", REGISTRY)


def promising(promise: Promise) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "name", [name for name, each in REGISTRY.items() if promise in each.promises]
    )


def figures(name: str, drawn: list[Row]) -> list[float | None]:
    return [found.estimate for found in REGISTRY[name].figure(drawn)]


def check_same(one: list[float | None], other: list[float | None]) -> None:
    assert [value is None for value in one] == [value is None for value in other]
    held = [(a, b) for a, b in zip(one, other, strict=True) if a is not None]
    assert [a for a, _ in held] == pytest.approx([b for _, b in held], abs=1e-7)


def test_every_figure_declares_what_it_promises() -> None:
    public = {name for name in package.__all__ if inspect.isfunction(getattr(package, name))}
    assert public == {each.statistic for each in REGISTRY.values()} | OTHERS


def test_every_public_name_is_documented() -> None:
    public = [getattr(package, name) for name in package.__all__]
    assert [each for each in public if callable(each) and not each.__doc__] == []


@each_figure
@given(drawn=rows, seed=st.integers(0, 10**6))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_order_of_rows_does_not_matter(name: str, drawn: list[Row], seed: int) -> None:
    shuffled = list(drawn)
    Random(seed).shuffle(shuffled)
    check_same(figures(name, shuffled), figures(name, drawn))


@each_figure
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_names_of_items_do_not_matter(name: str, drawn: list[Row]) -> None:
    renamed: list[Row] = [(item + 300, human, judge) for item, human, judge in drawn]
    check_same(figures(name, renamed), figures(name, drawn))


@promising("copies")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_row_twice_changes_nothing(name: str, drawn: list[Row]) -> None:
    check_same(figures(name, drawn + drawn), figures(name, drawn))


@promising("sides")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_which_outcome_is_called_one_does_not_matter(name: str, drawn: list[Row]) -> None:
    mirrored: list[Row] = [
        (item, None if human is None else 1 - human, None if judge is None else 1 - judge)
        for item, human, judge in drawn
    ]
    turned = [None if value is None else 1 - value for value in figures(name, mirrored)]
    check_same(turned, figures(name, drawn))


@promising("lone verdicts")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_verdicts_that_nobody_checked_do_not_matter(name: str, drawn: list[Row]) -> None:
    more: list[Row] = [*drawn, (50, None, 1.0), (51, None, 0.5)]
    check_same(figures(name, more), figures(name, drawn))


@each_figure
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_missing_verdicts_do_not_matter(name: str, drawn: list[Row]) -> None:
    holes: list[Row] = [*drawn, *((item, None, None) for item, _, _ in drawn)]
    check_same(figures(name, holes), figures(name, drawn))


def check_sound(name: str, found: Estimate) -> None:
    json.dumps(found.to_dict(), allow_nan=False)
    assert (found.low is None) == (found.high is None) == (found.undefined is not None)
    assert found.estimate is not None or found.undefined is not None
    assert (found.method is not None) == (found.low is not None)
    if found.low is not None and found.high is not None and found.estimate is not None:
        assert REGISTRY[name].low <= found.low < found.high <= REGISTRY[name].high
        assert found.low <= found.estimate <= found.high


@each_figure
@given(drawn=rows)
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_results_are_figures_or_named_never_nan_and_never_a_warning(name: str, drawn: list[Row]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = REGISTRY[name].figure(drawn)
    for found in results:
        check_sound(name, found)


DEGENERATE: dict[str, list[Row]] = {
    "nothing": [],
    "one row": [(0, 1.0, 1.0)],
    "no labels": [(item, None, 1.0) for item in range(60)],
    "no verdicts": [(item, 1.0, None) for item in range(60)],
    "all the same": [(item, 1.0, 1.0) for item in range(60)],
    "one item": [(0, (place % 2) / 1, 1.0) for place in range(60)],
    "one label": [(item, 0.5 if item == 7 else None, (item % 3) / 2) for item in range(60)],
    "a constant judge": [(item, (item % 3) / 2, 0.5) for item in range(60)],
    "constant people": [(item, 0.5, (item % 3) / 2) for item in range(60)],
    "a perfect judge": [(item, (item % 3) / 2, (item % 3) / 2) for item in range(60)],
    "a contrary judge": [(item, (item % 3) / 2, 1 - (item % 3) / 2) for item in range(60)],
}


@each_figure
@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_samples_give_a_figure_or_a_name(name: str, case: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = REGISTRY[name].figure(DEGENERATE[case])
    for found in results:
        check_sound(name, found)
