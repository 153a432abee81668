"""Coefficients corrected for chance, against published figures, other libraries and plain arithmetic."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from statsmodels.stats.inter_rater import aggregate_raters
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_counts

from evalplatform.agreement import (
    AgreementError,
    Estimate,
    RatingTable,
    Undefined,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    scott_pi,
)
from evalplatform.agreement.reliability.weighting import Weighting
from tests.agreement.conftest import FOUR_RATERS, read_matrix

Figure = Callable[..., Estimate]
ALL: dict[str, Figure] = {
    "fleiss": fleiss_kappa,
    "conger": conger_kappa,
    "brennan prediger": brennan_prediger,
    "ac1": gwet_ac1,
    "ac2": gwet_ac2,
}
each_figure = pytest.mark.parametrize("figure", ALL.values(), ids=ALL)

# Gwet (2014) has the table of Krippendorff (2011) with the lone rating of unit 12 in the hands of rater C
GWET_RATERS = "\n".join(
    line[:-1] + ("3" if place == 3 else ".") if place in (2, 3) else line
    for place, line in enumerate(FOUR_RATERS.split("\n"))
)
# two radiologists, 100 cases in three classes: documentation of irrCAC
RADIOLOGISTS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
# the paradox of kappa: hardly a "no", and agreement of 94 %
PARADOX = [[118, 5], [2, 0]]


def expand(counts: list[list[int]]) -> RatingTable:
    """Turn a contingency table into ratings of two raters."""
    pairs = [(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)]
    rows = [(unit, rater, value) for unit, pair in enumerate(pairs) for rater, value in zip("xy", pair)]  # noqa: B905
    return RatingTable.from_records(rows, level="ordinal")


def columns(table: RatingTable) -> tuple[list[object], list[object]]:
    """What the two raters of a full table gave, unit by unit."""
    values = np.array(table.categories, dtype=object)[table.value]
    order = np.argsort(table.unit, kind="stable")
    given = [values[order][table.rater[order] == rater].tolist() for rater in (0, 1)]
    return given[0], given[1]


@pytest.mark.parametrize(
    ("figure", "weights", "value"),
    [
        (fleiss_kappa, None, 0.761169),
        (fleiss_kappa, "linear", 0.817945),
        (fleiss_kappa, "quadratic", 0.864935),
        (fleiss_kappa, "ordinal", 0.850206),
        (conger_kappa, None, 0.762817),
        (conger_kappa, "linear", 0.813776),
        (conger_kappa, "quadratic", 0.857711),
        (conger_kappa, "ordinal", 0.84366),
        (brennan_prediger, None, 0.772727),
        (brennan_prediger, "linear", 0.848485),
        (brennan_prediger, "quadratic", 0.901515),
        (brennan_prediger, "ordinal", 0.886364),
        (gwet_ac2, "linear", 0.858739),
        (gwet_ac2, "quadratic", 0.914001),
        (gwet_ac2, "ordinal", 0.89894),
    ],
)
def test_the_worked_example_of_gwet(figure: Figure, weights: Weighting | None, value: float) -> None:
    # irrCAC 0.4.4 in Python, equal to the R package of the author of the book
    found = figure(read_matrix(GWET_RATERS), weights=weights, inference=None)
    assert found.estimate == pytest.approx(value, abs=1e-6)
    assert (found.n, found.n_unit, found.excluded) == (11, "units", {"missing": 7})


def test_ac1_of_the_worked_example() -> None:
    assert gwet_ac1(read_matrix(GWET_RATERS), inference=None).estimate == pytest.approx(0.775444, abs=1e-6)


def test_only_congers_kappa_depends_on_who_gave_a_lone_rating(four_raters: RatingTable) -> None:
    gwet = read_matrix(GWET_RATERS)
    assert conger_kappa(four_raters, inference=None).estimate == pytest.approx(0.76207, abs=1e-5)
    for figure in (fleiss_kappa, brennan_prediger, gwet_ac1, gwet_ac2):
        assert figure(four_raters, inference=None).estimate == figure(gwet, inference=None).estimate


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        (conger_kappa, 0.7964094),
        (fleiss_kappa, 0.7962397),
        (gwet_ac1, 0.8493305),
        (brennan_prediger, 0.835),
    ],
)
def test_two_radiologists(figure: Figure, value: float) -> None:
    assert figure(expand(RADIOLOGISTS), inference=None).estimate == pytest.approx(value, abs=5e-8)


def test_two_radiologists_as_two_sources() -> None:
    first, second = columns(expand(RADIOLOGISTS))
    assert scott_pi(first, second, inference=None).estimate == pytest.approx(0.7962397, abs=5e-8)
    assert cohen_kappa(first, second, inference=None).estimate == pytest.approx(0.7964094, abs=5e-8)


def test_kappa_falls_with_a_rare_category_and_ac1_does_not() -> None:
    table = expand(PARADOX)
    assert conger_kappa(table, inference=None).estimate == pytest.approx(-0.02339, abs=1e-5)
    assert gwet_ac1(table, inference=None).estimate == pytest.approx(0.94078, abs=1e-5)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic", "ordinal"])
def test_two_raters_are_two_sources(weights: Weighting | None) -> None:
    rng = np.random.default_rng(8)
    table = expand(rng.integers(1, 20, size=(4, 4)).tolist())
    first, second = columns(table)
    for many, two in ((conger_kappa, cohen_kappa), (fleiss_kappa, scott_pi)):
        one = many(table, weights=weights, seed=3)
        other = two(first, second, weights=weights, seed=3)
        assert one.estimate == pytest.approx(other.estimate, abs=1e-12)
        assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=0.02)


def test_full_tables_equal_statsmodels() -> None:
    rng = np.random.default_rng(3)
    for raters, size in ((3, 4), (7, 2), (12, 9)):
        matrix = rng.integers(0, size, size=(40, raters))
        units, codes = np.indices(matrix.shape)
        table = RatingTable.from_arrays(units.ravel(), codes.ravel(), matrix.ravel(), level="nominal")
        counts, _ = aggregate_raters(matrix)
        for figure, method in ((fleiss_kappa, "fleiss"), (brennan_prediger, "randolph")):
            expected = fleiss_of_counts(counts, method=method)
            assert figure(table, inference=None).estimate == pytest.approx(expected, abs=1e-12)


def test_the_encyclopedic_table() -> None:
    # 10 subjects, 14 raters, 5 categories
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    rows = [
        (unit, f"r{rater}", value)
        for unit, row in enumerate(counts)
        for rater, value in enumerate(np.repeat(np.arange(5), row).tolist())
    ]
    table = RatingTable.from_records(rows, level="nominal")
    assert fleiss_kappa(table, inference=None).estimate == pytest.approx(0.20993070442195522, abs=1e-14)
    assert brennan_prediger(table, inference=None).estimate == pytest.approx(0.2225274725274725, abs=1e-14)


def test_weights_follow_the_numbers_of_the_scale() -> None:
    rows = [(1, "x", 1), (1, "y", 2), (2, "x", 2), (2, "y", 1), (3, "x", 10), (3, "y", 10)]
    table = RatingTable.from_records(rows, level="ordinal")
    words = table.map_values({1: "low", 2: "middle", 10: "high"})
    # credit 8/9, 1/9 and 0 between numbers; of words 1/2, 1/2 and 0; the mean of all nine is 5/9 with both
    for held, met in ((table, (8 / 9 + 8 / 9 + 1) / 3), (words, (1 / 2 + 1 / 2 + 1) / 3)):
        found = brennan_prediger(held, weights="linear", inference=None)
        assert found.estimate == pytest.approx((met - 5 / 9) / (1 - 5 / 9))


def test_raters_without_a_rating_expect_nothing(four_raters: RatingTable) -> None:
    names = list(four_raters.raters[:3])
    rows = zip(four_raters.unit.tolist(), four_raters.rater.tolist(), four_raters.value.tolist(), strict=True)
    alone = RatingTable.from_records(
        [row for row in rows if row[1] < 3], level="ordinal", categories=range(5)
    )
    found = conger_kappa(four_raters.subset(raters=names), inference=None)
    assert found.estimate == pytest.approx(conger_kappa(alone, inference=None).estimate)


def test_draws_without_any_agreement_make_no_limit() -> None:
    # two of sixty units agree: one draw in seven holds none, and chance is fixed
    rows = [(unit, rater, 0 if unit < 2 else place) for unit in range(60) for place, rater in enumerate("xy")]
    table = RatingTable.from_records(rows, level="nominal", categories=[0, 1, 2])
    found = brennan_prediger(table)
    assert found.method == "jackknife_t"
    assert found.low == pytest.approx(-0.5)  # the least that it can be with three categories


def test_the_whole_scale_counts() -> None:
    rows = [(1, "x", "a"), (1, "y", "a"), (2, "x", "a"), (2, "y", "b")]
    wide = RatingTable.from_records(rows, level="nominal", categories=list("abcd"))
    assert brennan_prediger(wide, inference=None).estimate == pytest.approx((1 / 2 - 1 / 4) / (3 / 4))
    expected = (3 / 4 * 1 / 4 * 2) / 3
    assert gwet_ac1(wide, inference=None).estimate == pytest.approx((1 / 2 - expected) / (1 - expected))


def test_inconsistent_verdicts_follow_the_rule() -> None:
    rows = [(1, "j", "inconsistent"), (1, "k", "inconsistent"), (2, "j", "first"), (2, "k", "first")]
    table = RatingTable.from_records(rows, level="nominal")
    assert fleiss_kappa(table, rule="tie", inference=None).estimate == 1
    # one pair of two agrees; two draws from equal shares agree in a quarter of the cases
    assert fleiss_kappa(table, rule="disagree", inference=None).estimate == pytest.approx(1 / 3)
    assert fleiss_kappa(table, rule="dropped").undefined == "no_variation"
    with pytest.raises(AgreementError, match="nominal level only"):
        fleiss_kappa(table, rule="disagree", weights="linear")


@each_figure
@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "no_pairable_units"),
        ([(1, "a", 1), (2, "b", 2)], "no_pairable_units"),
        ([(1, "a", 1), (2, "a", 2)], "no_pairable_units"),
        ([(1, "a", None), (1, "b", None)], "no_pairable_units"),
        ([(1, "a", 1), (1, "b", 1), (2, "a", 1), (2, "b", 1)], "no_variation"),
    ],
)
def test_thin_data_are_named(
    figure: Figure, rows: list[tuple[int, str, int | None]], reason: Undefined
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = figure(RatingTable.from_records(rows, level="ordinal"))
    assert (found.estimate, found.low, found.high, found.undefined) == (None, None, None, reason)


@each_figure
def test_one_unit_has_no_interval(figure: Figure) -> None:
    rows = [(1, "a", 1), (1, "b", 2), (1, "c", 2)]
    found = figure(RatingTable.from_records(rows, level="ordinal"))
    assert found.estimate is not None
    assert (found.low, found.undefined) == (None, "too_few_items")


def test_slots_have_no_use_of_categories_of_their_own(four_raters: RatingTable) -> None:
    slots = four_raters.with_kinds({"rater1": "slot"})
    found = conger_kappa(slots)
    assert (found.estimate, found.low, found.undefined) == (None, None, "raters_are_slots")
    for figure in (fleiss_kappa, brennan_prediger, gwet_ac1, gwet_ac2):
        assert figure(slots) == figure(four_raters)


def test_congers_kappa_needs_two_raters() -> None:
    rows = [(unit, "a", value) for unit in range(4) for value in (unit % 2, 1)]
    assert conger_kappa(RatingTable.from_records(rows, level="nominal")).undefined == "too_few_raters"


@pytest.mark.parametrize("figure", [gwet_ac1, brennan_prediger])
def test_a_value_that_all_give_is_agreement_where_the_scale_has_others(figure: Figure) -> None:
    rows = [(unit, rater, 1) for unit in range(60) for rater in "ab"]
    found = figure(RatingTable.from_records(rows, level="nominal", categories=[1, 2]))
    assert (found.estimate, found.low, found.undefined) == (1.0, None, "too_few_disagreements")


@each_figure
def test_agreement_in_nothing_has_no_interval(figure: Figure) -> None:
    rows = [(unit, rater, rater == "a") for unit in range(60) for rater in "ab"]
    table = RatingTable.from_records([(u, r, int(v)) for u, r, v in rows], level="ordinal")
    found = figure(table)
    assert (found.low, found.undefined) == (None, "too_few_agreements")


def test_wrong_questions_are_errors(four_raters: RatingTable) -> None:
    with pytest.raises(AgreementError, match="no such weights"):
        fleiss_kappa(four_raters, weights="cubic")  # type: ignore[arg-type]  # refused
    with pytest.raises(AgreementError, match="without them it is AC1"):
        gwet_ac2(four_raters, weights=None)  # type: ignore[arg-type]  # refused
