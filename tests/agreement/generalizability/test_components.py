"""Components of variance against the analysis of variance worked out by hand, and what they say of other designs."""

import json
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evalplatform.agreement import (
    AgreementError,
    Design,
    IccForm,
    RatingTable,
    Undefined,
    VarianceComponents,
    intraclass_correlation,
    plan_study,
    variance_components,
)
from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.generalizability.effects import cross_effects, make_effect
from evalplatform.agreement.generalizability.variance import Components
from evalplatform.agreement.skewness import Spread

# Shrout and Fleiss (1979), table 2: mean squares 11.24 of six targets, 32.49 of four judges, 1.02 of the rest
TARGETS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def read_array(values: FloatArray | IntArray, held: BoolArray | None = None) -> RatingTable:
    """A table of (items, raters)."""
    items, raters = np.nonzero(np.ones(values.shape, dtype=np.bool_) if held is None else held)
    return RatingTable.from_arrays(items, raters, values[items, raters], level="interval")


def read_systems(values: FloatArray, held: BoolArray | None = None) -> tuple[RatingTable, dict[Any, str]]:
    """A table of (items, systems, raters), and the system of each unit."""
    items, systems, raters = np.nonzero(np.ones(values.shape, dtype=np.bool_) if held is None else held)
    unit = items * values.shape[1] + systems
    table = RatingTable.from_arrays(
        unit, raters, values[items, systems, raters], clusters=items, level="interval"
    )
    return table, {label: f"s{label % values.shape[1]}" for label in np.unique(unit).tolist()}


def estimates(found: VarianceComponents) -> dict[str, float | None]:
    return {name: part.estimate for name, part in found.components.items()}


def test_published_example() -> None:
    found = variance_components(read_array(TARGETS))
    between, judges, rest = 11.241667, 32.486111, 1.019444
    assert estimates(found) == pytest.approx(
        {"item": (between - rest) / 4, "rater": (judges - rest) / 6, "residual": rest}, abs=1e-6
    )
    assert (found.levels, found.ratings) == ({"item": 6, "rater": 4}, 24)
    total = sum(part.estimate or 0 for part in found.components.values())
    assert found.shares["rater"] == pytest.approx((judges - rest) / 6 / total)
    item = found.components["item"]
    assert (item.method, item.inference, item.n, item.n_unit) == (
        "skewed_jackknife_t",
        "these_raters",
        24,
        "ratings",
    )
    json.dumps(found.to_dict(), allow_nan=False)


def test_three_facets_equal_the_analysis_of_variance() -> None:
    values = np.random.default_rng(1).normal(size=(5, 3, 4)) + np.arange(5)[:, None, None]
    n = dict(zip("isr", values.shape, strict=True))
    means = {
        "".join(kept): values.mean(
            axis=tuple(k for k, name in enumerate("isr") if name not in kept), keepdims=True
        )
        for kept in ("", "i", "s", "r", "is", "ir", "sr", "isr")
    }

    def mean_square(*signed: tuple[int, str]) -> float:
        effect = sum(sign * means[name] for sign, name in signed)
        kept = max((name for _, name in signed), key=len)
        freedom = np.prod([n[name] - 1 for name in kept])
        return float((np.broadcast_to(effect, values.shape) ** 2).sum() / freedom)

    squares = {
        "i": mean_square((1, "i"), (-1, "")),
        "s": mean_square((1, "s"), (-1, "")),
        "r": mean_square((1, "r"), (-1, "")),
        "is": mean_square((1, "is"), (-1, "i"), (-1, "s"), (1, "")),
        "ir": mean_square((1, "ir"), (-1, "i"), (-1, "r"), (1, "")),
        "sr": mean_square((1, "sr"), (-1, "s"), (-1, "r"), (1, "")),
    }
    rest = values - means["is"] - means["ir"] - means["sr"] + means["i"] + means["s"] + means["r"] - means[""]
    error = float((rest**2).sum() / (4 * 2 * 3))
    table, systems = read_systems(values)
    found = variance_components(table, systems=systems, inference=None)
    assert estimates(found) == pytest.approx(
        {
            "item": (squares["i"] - squares["is"] - squares["ir"] + error) / (3 * 4),
            "system": (squares["s"] - squares["is"] - squares["sr"] + error) / (5 * 4),
            "rater": (squares["r"] - squares["ir"] - squares["sr"] + error) / (5 * 3),
            "item x system": (squares["is"] - error) / 4,
            "item x rater": (squares["ir"] - error) / 3,
            "system x rater": (squares["sr"] - error) / 5,
            "residual": error,
        }
    )
    assert found.levels == {"item": 5, "system": 3, "rater": 4}


def test_missing_ratings_leave_the_components_unbiased() -> None:
    truth = {
        "item": 1.0,
        "system": 0.5,
        "rater": 0.7,
        "item x system": 0.4,
        "item x rater": 0.3,
        "system x rater": 0.2,
        "residual": 0.6,
    }
    shapes = [(12, 1, 1), (1, 5, 1), (1, 1, 6), (12, 5, 1), (12, 1, 6), (1, 5, 6), (12, 5, 6)]
    rng = np.random.default_rng(4)
    runs = []
    for _ in range(400):
        parts = [
            rng.normal(0, np.sqrt(variance), shape)
            for variance, shape in zip(truth.values(), shapes, strict=True)
        ]
        values = np.sum([np.broadcast_to(part, (12, 5, 6)) for part in parts], axis=0)
        table, systems = read_systems(values, rng.random(values.shape) < 0.6)
        runs.append(estimates(variance_components(table, systems=systems, inference=None)))
    for name, variance in truth.items():
        drawn = np.array([run[name] for run in runs], dtype=np.float64)
        assert abs(drawn.mean() - variance) < 3.5 * drawn.std() / np.sqrt(len(drawn)), name


def test_a_rater_who_rates_twice_tells_the_interaction_from_error() -> None:
    # two items, two raters, two ratings each: cell means 1 5 3 3, each +- 1 within the cell
    cells = {("p", "x"): (0, 2), ("p", "y"): (4, 6), ("q", "x"): (2, 4), ("q", "y"): (2, 4)}
    rows = [(item, rater, value) for (item, rater), values in cells.items() for value in values]
    found = variance_components(RatingTable.from_records(rows, level="interval"), inference=None)
    between, raters, both, error = 0.0, 8.0, 8.0, 2.0
    assert estimates(found) == pytest.approx(
        {
            "item": (between - both) / 4,
            "rater": (raters - both) / 4,
            "item x rater": (both - error) / 2,
            "residual": error,
        }
    )


def test_raters_of_single_items_have_a_component_and_no_interaction() -> None:
    # items of means 2 and 8, two raters each of their own: 1 3 and 7 9, two ratings each, +- 1
    cells = {("p", "a"): (0, 2), ("p", "b"): (2, 4), ("q", "c"): (6, 8), ("q", "d"): (8, 10)}
    rows = [(item, rater, value) for (item, rater), values in cells.items() for value in values]
    found = variance_components(RatingTable.from_records(rows, level="interval"), inference=None)
    items, raters, error = 72.0, 4.0, 2.0
    assert estimates(found) == pytest.approx(
        {"item": (items - raters) / 4, "rater": (raters - error) / 2, "residual": error}
    )


def test_slots_leave_what_raters_differ_by_in_the_residual() -> None:
    slots = read_array(TARGETS).with_kinds({str(code): "slot" for code in range(4)})
    found = variance_components(slots)
    within = 6.263889  # mean square within targets
    assert found.components["rater"].undefined == "raters_are_slots"
    assert found.components["item"].estimate == pytest.approx((11.241667 - within) / 4, abs=1e-6)
    assert found.components["residual"].estimate == pytest.approx(within, abs=1e-6)


def test_units_with_the_same_ratings_are_items_of_their_own() -> None:
    rng = np.random.default_rng(2)
    values = rng.integers(1, 3, (70, 3))
    table = read_array(values)
    apart = RatingTable.from_arrays(
        np.append(table.unit, [70, 70]),
        np.append(table.rater, [0, 1]),
        np.append(values.ravel(), [1, 2]),
        clusters=np.append(table.unit, [0, 0]),  # one item with two units, so that none are gathered
        level="interval",
    )
    ways = [
        variance_components(held)
        for held in (
            RatingTable.from_arrays(apart.unit, apart.rater, apart.value + 1, level="interval"),
            apart,
        )
    ]
    assert estimates(ways[0]) == pytest.approx(estimates(ways[1]))
    assert ways[0].levels == ways[1].levels == {"item": 71, "rater": 3}
    assert ways[0].components["item"].low == pytest.approx(ways[1].components["item"].low, rel=0.1)


def test_items_drawn_twice_are_two_items() -> None:
    rng = np.random.default_rng(5)
    held = rng.random((9, 4, 5)) < 0.7
    values = rng.normal(size=(9, 4, 5)) + np.arange(9)[:, None, None]
    weights = rng.integers(0, 4, 9)
    table, systems = read_systems(np.repeat(values, weights, axis=0), np.repeat(held, weights, axis=0))
    expected = estimates(variance_components(table, systems=systems, inference=None))
    item, system, rater = np.nonzero(held)
    facets = {
        name: make_effect(code, is_inside=name == "item")
        for name, code in (("item", item), ("system", system), ("rater", rater))
    }
    crossed = {
        f"{one} x {other}": cross_effects(facets[one], facets[other])
        for one, other in (("item", "system"), ("item", "rater"), ("system", "rater"))
    }
    model = Components(values[held], item, np.ones(9, dtype=np.int64), {**facets, **crossed})
    found = model.solve(weights[:, None].astype(np.float64))[:, 0] * model.scale
    assert dict(zip(model.names, found, strict=True)) == pytest.approx(expected)


def test_intervals_hold_the_component_as_often_as_they_say() -> None:
    rng = np.random.default_rng(6)
    raters = rng.normal(size=5)
    hits = {"item": 0, "residual": 0}
    for _ in range(200):
        values = rng.normal(0, np.sqrt(2), (60, 1)) + raters + rng.normal(size=(60, 5))
        found = variance_components(read_array(values), confidence=0.9).components
        for name, truth in (("item", 2.0), ("residual", 1.0)):
            low, high = found[name].low, found[name].high
            hits[name] += low is not None and high is not None and low <= truth <= high
    assert all(0.83 < hit / 200 < 0.96 for hit in hits.values()), hits


@pytest.mark.parametrize("far", [False, True])
def test_no_variance_is_below_nothing(far: bool) -> None:
    """A limit stands at 0, or at the component itself where chance made that less."""
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(60, 4))
    if far:  # items that even each other out
        noise -= 0.8 * noise.mean(axis=1, keepdims=True)
    item = variance_components(read_array(noise)).components["item"]
    assert item.estimate is not None
    assert (item.estimate < 0) == far
    assert item.low == pytest.approx(min(item.estimate, 0.0))
    assert (item.high == 0) == far


def test_a_long_tail_of_items_reaches_further_up() -> None:
    rng = np.random.default_rng(9)
    values = rng.exponential(size=(100, 1)) + rng.normal(size=(100, 4))
    item = variance_components(read_array(values)).components["item"]

    def estimate(part: FloatArray) -> float:
        return float(part.mean(axis=1).var(ddof=1) - mean_square(part) / 4)

    def mean_square(part: FloatArray) -> float:
        rest = part - part.mean(axis=1, keepdims=True) - part.mean(axis=0) + part.mean()
        return float((rest**2).sum() / ((len(part) - 1) * 3))

    without = np.array([estimate(np.delete(values, row, axis=0)) for row in range(100)])
    spread = Spread.measure(estimate(values), without, np.ones(100, dtype=np.int64))
    assert spread is not None
    assert (item.low, item.high) == pytest.approx(spread.limits(0.95))
    assert spread.skewness > 2


def test_large_studies_are_drawn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalplatform.agreement.generalizability.variance.MOST_LEFT_OUT", 10)
    values = np.random.default_rng(7).normal(size=(400, 4)) + np.arange(400)[:, None] % 7
    drawn = variance_components(read_array(values)).components["item"]
    monkeypatch.undo()
    left_out = variance_components(read_array(values)).components["item"]
    assert (drawn.method, left_out.method) == ("item_bootstrap", "skewed_jackknife_t")
    assert (drawn.low, drawn.high) == pytest.approx((left_out.low, left_out.high), rel=0.05)


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([], ["no_pairable_units"] * 3),
        ([(1, "a", None)], ["no_pairable_units"] * 3),
        ([(1, "a", 3)], ["too_few_items", "too_few_raters", "no_variation"]),
        ([(1, "a", 3), (2, "a", 5)], ["no_pairable_units", "too_few_raters", "too_few_items"]),
        ([(u, r, 3) for u in range(4) for r in "ab"], ["no_variation"] * 3),
    ],
)
def test_thin_data_are_named(rows: list[tuple[int, str, int | None]], reasons: list[Undefined]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = variance_components(RatingTable.from_records(rows, level="interval"))
    assert [part.undefined for part in found.components.values()] == reasons
    assert all(part.low is None for part in found.components.values())


def test_the_reliability_of_a_design_is_the_intraclass_correlation() -> None:
    table = read_array(TARGETS)
    one, four = plan_study(variance_components(table), items=[6], raters=[1, 4])
    pairs: list[tuple[Design, IccForm, IccForm]] = [
        (one, "ICC(3,1)", "ICC(2,1)"),
        (four, "ICC(3,k)", "ICC(2,k)"),
    ]
    for design, *forms in pairs:
        relative, absolute = (intraclass_correlation(table, form).estimate for form in forms)
        assert design.generalizability == pytest.approx(relative)
        assert design.dependability == pytest.approx(absolute)
    assert four.error == pytest.approx(np.sqrt(2.555556 / 6 + 5.244444 / 4 + 1.019444 / 24), abs=1e-5)
    assert (four.measured, four.contrast, four.more) == ("item", None, "raters")
    json.dumps(four.to_dict(), allow_nan=False)


def known(**variances: float) -> VarianceComponents:
    """A study with the components that are wanted."""
    part = variance_components(read_array(TARGETS)).components["item"]
    held = {name.replace("_x_", " x "): replace(part, estimate=value) for name, value in variances.items()}
    return VarianceComponents(
        components=held, shares={}, levels={"item": 9, "system": 3, "rater": 4}, ratings=108
    )


def test_systems_are_told_apart_by_what_they_do_not_share() -> None:
    found = known(
        item=3.0, system=1.0, rater=2.0, item_x_system=4.0, item_x_rater=0.5, system_x_rater=0.2, residual=6.0
    )
    (design,) = plan_study(found, items=[10], raters=[3])
    relative = 4 / 10 + 0.2 / 3 + 6 / 30
    absolute = relative + 3 / 10 + 2 / 3 + 0.5 / 30
    assert (design.items, design.raters, design.measured, design.more) == (10, 3, "system", "items")
    assert design.generalizability == pytest.approx(1 / (1 + relative))
    assert design.dependability == pytest.approx(1 / (1 + absolute))
    assert design.error == pytest.approx(np.sqrt(absolute))
    assert design.contrast == pytest.approx(np.sqrt(2 * relative))


@pytest.mark.parametrize(
    ("of_items", "of_raters", "more"), [(4.0, 0.1, "items"), (0.1, 4.0, "raters"), (1.0, 1.0, None)]
)
def test_more_of_what_errs_most(of_items: float, of_raters: float, more: str | None) -> None:
    found = known(system=1.0, item_x_system=of_items, system_x_rater=of_raters, residual=1.0)
    assert [plan.more for plan in plan_study(found, items=[5], raters=[5])] == [more]


def test_components_below_nothing_count_as_nothing() -> None:
    designs = [
        plan_study(known(system=1.0, item_x_system=value, residual=2.0), items=[4], raters=[2])
        for value in (-0.5, 0.0)
    ]
    assert designs[0] == designs[1]


def test_wrong_questions_are_errors() -> None:
    table = read_array(TARGETS)
    with pytest.raises(AgreementError, match="no interval for other raters"):
        variance_components(table, inference="rater_population")
    with pytest.raises(AgreementError, match="no system given"):
        variance_components(table, systems={0: "a"})
    with pytest.raises(AgreementError, match="needs numbers"):
        variance_components(RatingTable.from_records([(1, "a", "x")], level="nominal"))
    weighted = RatingTable.from_arrays([1], ["a"], [1], weights=[2.0], level="interval")
    with pytest.raises(AgreementError, match="weights of ratings"):
        variance_components(weighted)
    found = variance_components(table)
    with pytest.raises(AgreementError, match="one rater at least"):
        plan_study(found, items=[1], raters=[0])
    constant = variance_components(table.keep(table.value == 1))
    with pytest.raises(AgreementError, match="to plan with"):
        plan_study(constant, items=[1], raters=[1])
