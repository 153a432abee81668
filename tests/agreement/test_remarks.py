import pytest

from evalplatform.agreement import (
    Estimate,
    RatingTable,
    describe_reliability,
    describe_strength,
    krippendorff_alpha,
    list_remarks,
    percent_agreement,
    warn_of_paradox,
    warn_of_repeats,
)
from evalplatform.agreement.remarks import CUSTOM


def make_alpha(estimate: float | None, low: float | None = None, high: float | None = None) -> Estimate:
    return Estimate(estimate=estimate, low=low, high=high, n=50, n_unit="units", level="nominal")


@pytest.mark.parametrize(
    ("alpha", "said"),
    [
        (make_alpha(0.9, 0.85, 0.95), "Alpha (nominal) is 0.900, between 0.850 and 0.950: reliable."),
        (
            make_alpha(0.82, 0.7, 0.9),
            (
                "Alpha (nominal) is 0.820, between 0.700 and 0.900: "
                "good for tentative conclusions (the figure itself: reliable)."
            ),
        ),
        (
            make_alpha(-0.2, -0.4, 0.1),
            "Alpha (nominal) is -0.200, between -0.400 and 0.100: not reliable enough to build on.",
        ),
        (
            make_alpha(0.9),
            "Alpha (nominal) is 0.900, and without an interval nothing is settled.",
        ),
        (make_alpha(None), None),
    ],
)
def test_alpha_is_judged_by_its_lower_limit(alpha: Estimate, said: str | None) -> None:
    assert describe_strength(alpha) == said


def make_two(table: list[list[int]]) -> RatingTable:
    rows: list[tuple[int, str, str]] = []
    for one, line in enumerate(table):
        for other, count in enumerate(line):
            for _ in range(count):
                unit = len(rows) // 2
                rows += [(unit, "a", "yn"[one]), (unit, "b", "yn"[other])]
    return RatingTable.from_records(rows, level="nominal")


@pytest.mark.parametrize(
    ("counts", "start"),
    [
        # Percent .944 and kappa -.023: the paradox of Feinstein and Cicchetti (1990).
        ([[118, 5], [2, 0]], "Two stories: 94% of pairs agree, and alpha is -0.02"),
        ([[50, 5], [5, 50]], None),
        ([[20, 30], [30, 20]], None),
    ],
)
def test_two_stories_are_told_apart_from_one(counts: list[list[int]], start: str | None) -> None:
    table = make_two(counts)
    warned = warn_of_paradox(
        table, percent_agreement(table, inference=None), krippendorff_alpha(table, inference=None)
    )
    assert (warned is None) if start is None else warned is not None and warned.startswith(start)


def test_custom_is_named_once_and_the_paradox_last() -> None:
    table = make_two([[118, 5], [2, 0]])
    remarks = list_remarks(table, describe_reliability(table, resamples=200))
    assert [remark.split(" ")[0] for remark in remarks] == ["Alpha", "Words", "Two"]
    assert remarks[1] == CUSTOM


def test_nothing_is_said_of_nothing() -> None:
    table = RatingTable.from_records([(1, "a", "x")], level="nominal")
    [remark] = list_remarks(table, describe_reliability(table, resamples=10))
    assert remark.startswith("No unit was rated twice")


def test_repeats_are_counted() -> None:
    rows = [(1, "a", "x"), (1, "a", "y"), (1, "a", "y"), (1, "b", "x"), (2, "b", "x")]
    remark = warn_of_repeats(RatingTable.from_records(rows, level="nominal"))
    assert remark is not None
    assert remark.startswith("2 ratings repeat one of the same rater")


def test_alpha_at_another_level_tells_no_second_story() -> None:
    """Few disagreements, and large ones: no value prevails."""
    rows = [
        (unit, rater, value)
        for unit in range(100)
        for rater, value in (("a", unit % 5), ("b", 4 - unit % 5 if unit % 10 in (0, 9) else unit % 5))
    ]
    table = RatingTable.from_records(rows, level="interval")
    figures = percent_agreement(table, inference=None), krippendorff_alpha(table, inference=None)
    assert warn_of_paradox(table, *figures) is None
