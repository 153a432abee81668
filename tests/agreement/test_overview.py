"""Every figure that applies is there, each equal to what its own function gives."""

import pytest

from evalplatform.agreement import (
    ICC_FORMS,
    RatingTable,
    cohen_kappa,
    describe_reliability,
    gwet_ac2,
    intraclass_correlation,
    kendall_w,
    krippendorff_alpha,
)

NOMINAL = {
    "percent_agreement",
    "percent_agreement_macro",
    "krippendorff_alpha",
    "fleiss_kappa",
    "conger_kappa",
    "brennan_prediger",
    "gwet_ac1",
}
RANKED = {"gwet_ac2", "kendall_w"}
MEASURED = {"mean_value", *ICC_FORMS, "variance_of_item", "variance_of_rater", "variance_of_residual"}
OF_TWO = {"cohen_kappa"}
OF_TWO_RANKED = {"spearman_rho", "kendall_tau_b"}
# Shrout and Fleiss (1979), table 2.
SCORES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def make_table(columns: int, level: str) -> RatingTable:
    rows = [
        (unit, f"r{k}", value) for unit, row in enumerate(SCORES) for k, value in enumerate(row[:columns])
    ]
    return RatingTable.from_records(rows, level=level)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raters", "level", "wanted"),
    [
        (4, "nominal", NOMINAL),
        (4, "ordinal", NOMINAL | RANKED),
        (4, "interval", NOMINAL | RANKED | MEASURED),
        (4, "unstated", NOMINAL | RANKED | MEASURED),
        (2, "nominal", NOMINAL | OF_TWO),
        (2, "ordinal", NOMINAL | RANKED | OF_TWO | OF_TWO_RANKED),
    ],
)
def test_the_level_and_the_raters_say_what_applies(raters: int, level: str, wanted: set[str]) -> None:
    found = describe_reliability(make_table(raters, level), inferences=["these_raters"], resamples=10)
    assert {each.statistic for each in found} == wanted


def test_figures_are_those_of_their_own_functions() -> None:
    table = make_table(4, "unstated")
    found = {
        (each.statistic, each.estimate.level, each.weights): each.estimate
        for each in describe_reliability(table, inferences=["these_raters"], resamples=50, seed=3)
    }
    how = {"resamples": 50, "seed": 3}
    assert found["krippendorff_alpha", "ratio", None] == krippendorff_alpha(table, level="ratio", **how)  # type: ignore[arg-type]
    weighted = gwet_ac2(table, weights="quadratic", **how)  # type: ignore[arg-type]
    assert found["gwet_ac2", weighted.level, "quadratic"] == weighted
    assert found["kendall_w", "ordinal", None] == kendall_w(table, **how)  # type: ignore[arg-type]
    assert found["ICC(2,1)", "interval", None] == intraclass_correlation(table, "ICC(2,1)", **how)  # type: ignore[arg-type]


def test_two_raters_are_put_side_by_side() -> None:
    rows = [
        (1, "a", "x"),
        (1, "b", "x"),
        (2, "a", "y"),
        (2, "b", "x"),
        (3, "b", "y"),
        (4, "a", "y"),
        (4, "b", "y"),
    ]
    table = RatingTable.from_records(rows, level="nominal")
    found = describe_reliability(table, inferences=["these_raters"], resamples=20)
    [kappa] = [each.estimate for each in found if each.statistic == "cohen_kappa"]
    assert kappa.estimate == cohen_kappa(["x", "y", None, "y"], ["x", "x", "y", "y"], inference=None).estimate


def test_a_rater_who_repeats_has_no_column() -> None:
    rows = [(1, "a", "x"), (1, "a", "y"), (1, "b", "x"), (2, "a", "y"), (2, "b", "x")]
    found = describe_reliability(RatingTable.from_records(rows, level="nominal"), resamples=10)
    assert "cohen_kappa" not in {each.statistic for each in found}


@pytest.mark.parametrize(
    "rows",
    [
        [(1, "a", 1)],
        [(unit, "a", unit) for unit in range(5)],
        [(unit, rater, 3) for unit in range(60) for rater in "ab"],
        [(1, "a", None), (2, "b", None)],
        [(unit, rater, -unit) for unit in range(3) for rater in "ab"],
    ],
    ids=["one rating", "one rater", "constant", "nothing", "negative"],
)
@pytest.mark.filterwarnings("error")
def test_thin_data_give_figures_or_reasons(rows: list[tuple[int, str, int | None]]) -> None:
    for each in describe_reliability(RatingTable.from_records(rows, level="unstated"), resamples=20):
        assert each.estimate.estimate is not None or each.estimate.undefined is not None


def test_weighted_ratings_keep_what_takes_weights() -> None:
    rows = [(unit, rater, unit % 3, None, 2.0) for unit in range(6) for rater in "ab"]
    found = describe_reliability(RatingTable.from_records(rows, level="unstated"), resamples=10)
    assert {each.statistic for each in found} == NOMINAL | {"gwet_ac2"}
