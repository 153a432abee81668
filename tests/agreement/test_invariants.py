"""What must not matter, for every figure of the registry: some of it for all, the rest for those that promise it."""

import inspect
import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evalplatform.agreement as package
from evalplatform.agreement import LEVELS, RatingTable
from tests.agreement.registry import APART, EXAMPLES, OTHERS, REGISTRY, Promise

Row = tuple[int, str, int]

EVERYONE: list[Row] = [(-1, rater, 1) for rater in "abcde"]  # all raters are in every table
rows = st.lists(st.tuples(st.integers(0, 12), st.sampled_from("abcde"), st.integers(1, 4)), max_size=60).map(
    lambda drawn: EVERYONE + drawn
)
each_figure = pytest.mark.parametrize("name", REGISTRY)


def promising(promise: Promise) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "name", [name for name, each in REGISTRY.items() if promise in each.promises]
    )


def table_of(drawn: list[Row], **options: Any) -> RatingTable:  # Any: as from_records has them
    return RatingTable.from_records(drawn, level="ratio", **options)


def figure(name: str, drawn: list[Row]) -> float | None:
    return REGISTRY[name].figure(table_of(drawn), inference=None).estimate


def same(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else one == pytest.approx(other, abs=1e-9)


def test_every_statistic_declares_what_it_promises() -> None:
    public = {name for name in package.__all__ if inspect.isfunction(getattr(package, name))}
    assert public == {each.statistic for each in REGISTRY.values()} | APART | OTHERS


@each_figure
@given(drawn=rows, order=st.randoms())
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_order_of_rows_does_not_matter(
    name: str, drawn: list[Row], order: Any
) -> None:  # Any: hypothesis
    shuffled = list(drawn)
    order.shuffle(shuffled)
    assert REGISTRY[name].figure(table_of(shuffled), resamples=20) == REGISTRY[name].figure(
        table_of(drawn), resamples=20
    )


@each_figure
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_names_of_units_do_not_matter(name: str, drawn: list[Row]) -> None:
    renamed = [(100 - unit, rater, value) for unit, rater, value in drawn]
    assert same(figure(name, renamed), figure(name, drawn))


@promising("rater names")
@given(drawn=rows, names=st.permutations("abcde"))
@settings(max_examples=EXAMPLES, deadline=None)
def test_which_rater_is_which_does_not_matter(name: str, drawn: list[Row], names: list[str]) -> None:
    renamed = [(unit, names["abcde".index(rater)], value) for unit, rater, value in drawn]
    assert same(figure(name, renamed), figure(name, drawn))


@promising("sources")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_which_of_two_sources_comes_first_does_not_matter(name: str, drawn: list[Row]) -> None:
    turned = [(unit, {"a": "b", "b": "a"}.get(rater, rater), value) for unit, rater, value in drawn]
    assert same(figure(name, turned), figure(name, drawn))


@promising("category names")
@given(drawn=rows, names=st.permutations([1, 2, 3, 4]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_names_of_categories_do_not_matter(name: str, drawn: list[Row], names: list[int]) -> None:
    renamed = [(unit, rater, names[value - 1]) for unit, rater, value in drawn]
    assert same(figure(name, renamed), figure(name, drawn))


@promising("measurement unit")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_unit_of_measurement_does_not_matter(name: str, drawn: list[Row]) -> None:
    assert same(
        figure(name, [(unit, rater, 10 * value) for unit, rater, value in drawn]), figure(name, drawn)
    )


@promising("copies")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_unit_twice_changes_nothing(name: str, drawn: list[Row]) -> None:
    twice = drawn + [(unit + 100, rater, value) for unit, rater, value in drawn]
    assert same(figure(name, twice), figure(name, drawn))


@pytest.mark.parametrize("name", [f"alpha {level}" for level in LEVELS])
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_unit_twice_changes_alpha_only_by_its_correction(name: str, drawn: list[Row]) -> None:
    twice = drawn + [(unit + 100, rater, value) for unit, rater, value in drawn]
    one, two = figure(name, drawn), figure(name, twice)
    table = table_of(drawn)
    paired = [unit for unit in range(len(table.units)) if (table.unit == unit).sum() > 1]
    n = sum(int((table.unit == unit).sum()) for unit in paired)
    if one is None or two is None:
        assert one == two
    else:
        assert (1 - two) / (2 * n - 1) == pytest.approx((1 - one) / (2 * (n - 1)), abs=1e-9)


@promising("lone ratings")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_units_rated_once_do_not_matter(name: str, drawn: list[Row]) -> None:
    used = [value for _, _, value in drawn]  # another value would make another scale
    lone = [*drawn, (50, "a", max(used)), (51, "c", min(used))]
    assert same(figure(name, lone), figure(name, drawn))


@each_figure
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_missing_ratings_do_not_matter(name: str, drawn: list[Row]) -> None:
    holes: list[Any] = [*drawn, (0, "a", None), (52, "b", None)]  # Any: a row without a value
    assert same(figure(name, holes), figure(name, drawn))


@each_figure
@given(drawn=rows, clustered=st.booleans(), inference=st.sampled_from(["these_raters", "rater_population"]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_results_are_figures_or_named_never_nan_and_never_a_warning(
    name: str, drawn: list[Row], clustered: bool, inference: str
) -> None:
    clusters = [unit // 3 for unit, _, _ in drawn] if clustered else None
    table = RatingTable.from_arrays(*zip(*drawn, strict=True), clusters=clusters, level="ratio")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = REGISTRY[name].figure(table, inference=inference, resamples=20)
    json.dumps(found.to_dict(), allow_nan=False)
    assert (found.low is None) == (found.high is None) == (found.undefined is not None)
    assert found.estimate is not None or found.undefined is not None
    if found.low is not None and found.high is not None:
        assert REGISTRY[name].low <= found.low < found.high <= REGISTRY[name].high


@each_figure
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_both_inferences_speak_of_the_same_figure(name: str, drawn: list[Row]) -> None:
    table = table_of(drawn)
    these, population = (
        REGISTRY[name].figure(table, inference=inference, resamples=2)
        for inference in ("these_raters", "rater_population")
    )
    assert same(these.estimate, population.estimate)
    assert (these.n, these.n_unit, these.excluded) == (population.n, population.n_unit, population.excluded)
