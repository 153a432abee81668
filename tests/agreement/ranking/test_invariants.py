"""What must not matter, for every figure of ranking that promises it."""

import inspect
import json
import warnings
from math import isfinite
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evalplatform.agreement.ranking as package
from tests.agreement.ranking.registry import REGISTRY, Found, Promise, Row
from tests.agreement.registry import EXAMPLES

SYSTEMS = "abcd"
pairs = st.permutations(SYSTEMS).map(lambda order: (order[0], order[1]))
rows = st.lists(
    st.tuples(st.integers(0, 11), pairs, st.sampled_from([0.0, 0.5, 1.0])).map(
        lambda drawn: (drawn[0], *drawn[1], drawn[2])
    ),
    max_size=50,
)


def promising(promise: Promise) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "name", [name for name, each in REGISTRY.items() if promise in each.promises]
    )


def figure(name: str, drawn: list[Row]) -> Found:
    return REGISTRY[name].figure(drawn, inference=None)


def assert_same(found: Found, expected: Found) -> None:
    assert found == {
        key: None if value is None else pytest.approx(value, abs=1e-7) for key, value in expected.items()
    }


def test_every_figure_declares_what_it_promises() -> None:
    public = {name for name in package.__all__ if inspect.isfunction(getattr(package, name))}
    assert public == {each.statistic for each in REGISTRY.values()}


def test_every_public_name_is_documented() -> None:
    assert [name for name in package.__all__ if not getattr(package, name).__doc__] == []


@promising("order")
@given(drawn=rows, seed=st.integers(0, 99))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_order_of_rows_does_not_matter(name: str, drawn: list[Row], seed: int) -> None:
    shuffled = list(drawn)
    Random(seed).shuffle(shuffled)
    assert_same(REGISTRY[name].figure(shuffled, resamples=20), REGISTRY[name].figure(drawn, resamples=20))


@promising("names")
@given(drawn=rows, names=st.permutations(SYSTEMS))
@settings(max_examples=EXAMPLES, deadline=None)
def test_which_system_is_which_does_not_matter(name: str, drawn: list[Row], names: list[str]) -> None:
    new = dict(zip(SYSTEMS, names, strict=True))
    renamed = [(item, new[first], new[second], won) for item, first, second, won in drawn]
    pairwise = name in ("separability", "preferences apart", "saturation")

    def rename(key: tuple[str, ...]) -> tuple[str, ...]:
        changed = [new.get(each, each) for each in key]
        return tuple(sorted(changed) if pairwise else changed)

    expected = {rename(key): value for key, value in figure(name, drawn).items()}
    assert_same(figure(name, renamed), expected)


@promising("sides")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_which_side_a_system_is_on_does_not_matter(name: str, drawn: list[Row]) -> None:
    turned = [(item, second, first, 1 - won) for item, first, second, won in drawn]
    assert_same(figure(name, turned), figure(name, drawn))


@promising("copies")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_item_twice_changes_nothing(name: str, drawn: list[Row]) -> None:
    twice = drawn + [(item + 100, first, second, won) for item, first, second, won in drawn]
    assert_same(figure(name, twice), figure(name, drawn))


@pytest.mark.parametrize("name", REGISTRY)
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_results_are_figures_or_named_never_nan_and_never_a_warning(name: str, drawn: list[Row]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = REGISTRY[name].figure(drawn, resamples=20)
    assert all(value is None or isfinite(value) for value in found.values())


@pytest.mark.parametrize("model", ["bradley_terry", "davidson", "rao_kupper"])
@given(drawn=rows, clustered=st.booleans())
@settings(max_examples=EXAMPLES, deadline=None)
def test_strengths_have_limits_or_a_reason(model: str, drawn: list[Row], clustered: bool) -> None:
    items, first, second, won = ([row[place] for row in drawn] for place in range(4))
    held = package.Comparisons.from_arrays(first, second, won, items=items if clustered else None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = getattr(package, model)(held, resamples=50)
    json.dumps(found.to_dict(), allow_nan=False)
    for each in [*found.strengths.values(), *([found.tie] if found.tie else [])]:
        assert (each.low is None) == (each.undefined is not None)
        assert each.low is None or each.low < each.high
