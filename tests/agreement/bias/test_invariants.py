"""What must not matter, for every figure of bias that promises it."""

import inspect
import json
import warnings
from math import isfinite
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evalplatform.agreement.bias as package
from evalplatform.agreement import Estimate
from tests.agreement.bias.registry import OTHERS, REGISTRY, VALUES, Promise, Row, find_estimates
from tests.agreement.registry import EXAMPLES

rows = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from("jxpq"),
        st.sampled_from(VALUES),
        st.sampled_from(["forward", "swapped"]),
    ),
    max_size=80,
)
each_figure = pytest.mark.parametrize("name", REGISTRY)


def promising(promise: Promise) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "name", [name for name, each in REGISTRY.items() if promise in each.promises]
    )


def points(name: str, drawn: list[Row], **options: object) -> dict[str, float | None]:
    found = find_estimates(REGISTRY[name].figure(drawn, inference=None, **options))
    return {place: each.estimate for place, each in found.items()}


def assert_same(found: dict[str, float | None], expected: dict[str, float | None]) -> None:
    assert found == {
        place: None if value is None else pytest.approx(value, abs=1e-6) for place, value in expected.items()
    }


def full(size: int, seed: int = 0) -> list[Row]:
    """Everybody's verdicts on many units in both orders, some in favour of what is first."""
    rng = Random(seed)
    return [
        (unit, rater, rng.choice(VALUES if unit % 5 else VALUES[:1]), order)
        for unit in range(size)
        for rater in "jxpq"
        for order in ("forward", "swapped")
    ]


def test_every_figure_declares_what_it_promises() -> None:
    public = {name for name in package.__all__ if inspect.isfunction(getattr(package, name))}
    assert public == {each.statistic for each in REGISTRY.values()} | OTHERS


def test_every_public_name_is_documented() -> None:
    assert [name for name in package.__all__ if not getattr(package, name).__doc__] == []


@promising("order")
@given(drawn=rows, seed=st.integers(0, 99))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_order_of_rows_does_not_matter(name: str, drawn: list[Row], seed: int) -> None:
    shuffled = list(drawn)
    Random(seed).shuffle(shuffled)
    assert_same(points(name, shuffled), points(name, drawn))


@promising("sides")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_which_answer_is_the_canonical_first_does_not_matter(name: str, drawn: list[Row]) -> None:
    for each in (drawn, full(24)):
        assert_same(points(name, each, turned=True), points(name, each))


@promising("copies")
@given(drawn=rows)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_unit_twice_changes_nothing(name: str, drawn: list[Row]) -> None:
    held = [row for row in drawn if row[0] % 2 == 0]
    copies = [
        (unit + 60, rater, value, order) for unit, rater, value, order in held
    ]  # lengths repeat by five
    assert_same(points(name, held + copies), points(name, held))


@each_figure
@given(drawn=rows, confidence=st.sampled_from([0.8, 0.95]))
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_rows_give_a_figure_or_a_name(name: str, drawn: list[Row], confidence: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = REGISTRY[name].figure(drawn, resamples=30, confidence=confidence)
    for each in find_estimates(result).values():
        assert_sound(each, confidence)


DEGENERATE: dict[str, list[Row]] = {
    "nothing": [],
    "one unit": [(0, "j", "first", "forward")],
    "one rater": [(unit, "j", "first", "forward") for unit in range(60)],
    "one value": [
        (unit, rater, "first", order)
        for unit in range(60)
        for rater in "jxpq"
        for order in ("forward", "swapped")
    ],
    "ties alone": [(unit, rater, "tie", "forward") for unit in range(60) for rater in "jxpq"],
    "all missing": [(unit, rater, None, "forward") for unit in range(60) for rater in "jxpq"],
    "one item": [(0, rater, value, "forward") for rater in "jxpq" for value in VALUES],
}


@each_figure
@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_data_give_a_name(name: str, case: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = REGISTRY[name].figure(DEGENERATE[case], resamples=30)
    for each in find_estimates(result).values():
        assert_sound(each, 0.95)
        assert each.low is None or each.low < (each.high or 0)


@each_figure
def test_results_are_seeded_and_plain(name: str) -> None:
    twice = full(130) + full(130, seed=1)
    one, other = (REGISTRY[name].figure(twice, resamples=50, seed=3) for _ in range(2))
    assert one == other
    found = find_estimates(one)
    assert any(each.low is not None for each in found.values())
    plain = one.to_dict() if hasattr(one, "to_dict") else {key: held.to_dict() for key, held in one.items()}
    assert json.loads(json.dumps(plain, allow_nan=False))


def assert_sound(found: Estimate, confidence: float) -> None:
    assert found.confidence == confidence
    if found.estimate is None:
        assert found.undefined is not None
        assert (found.low, found.high) == (None, None)
        return
    assert isfinite(found.estimate)
    if found.low is None or found.high is None:
        assert found.undefined is not None
        return
    assert isfinite(found.low)
    assert isfinite(found.high)
    assert found.low < found.high
    assert found.undefined is None
