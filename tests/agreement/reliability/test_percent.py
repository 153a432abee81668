import pytest

from evalplatform.agreement import RatingTable, Rule, percent_agreement

# unit 1: aab, one of three pairs; unit 2: aa, one of one; unit 3: a alone
ROWS = [(1, "x", "a"), (1, "y", "a"), (1, "z", "b"), (2, "x", "a"), (2, "y", "a"), (3, "z", "a")]


def test_pairs_are_pooled_or_averaged_by_unit() -> None:
    table = RatingTable.from_records(ROWS, level="nominal")
    micro = percent_agreement(table, inference=None)
    macro = percent_agreement(table, mean="macro", inference=None)
    assert (micro.estimate, micro.n, micro.n_unit) == (2 / 4, 4, "pairs")
    assert macro.estimate == pytest.approx((1 / 3 + 1) / 2)
    assert (macro.n, macro.n_unit) == (2, "units")
    assert micro.excluded == {"unpaired": 1}


def test_worked_example(four_raters: RatingTable) -> None:
    # irrCAC's share of agreement is the mean over units with two ratings or more
    assert percent_agreement(four_raters, mean="macro", inference=None).estimate == pytest.approx(9 / 11)


def test_repeats_of_one_rater_are_ratings_like_others() -> None:
    table = RatingTable.from_records([(1, "x", "a"), (1, "x", "b"), (1, "y", "b")], level="nominal")
    estimate = percent_agreement(table, inference=None)
    assert estimate.estimate == pytest.approx(1 / 3)
    assert estimate.n == 3


def test_pairs_without_a_tie() -> None:
    rows = [(1, "x", "first"), (1, "y", "tie"), (1, "z", "second"), (1, "w", "first")]
    estimate = percent_agreement(
        RatingTable.from_records(rows, level="nominal"), ties="without", inference=None
    )
    assert estimate.estimate == pytest.approx(1 / 3)
    assert (estimate.n, estimate.excluded) == (3, {"tie": 1})


@pytest.mark.parametrize(
    ("rule", "share", "pairs"), [("tie", 1, 6), ("dropped", 1, 1), ("disagree", 1 / 6, 6)]
)
def test_inconsistent_pairs_under_the_three_rules(rule: Rule, share: float, pairs: int) -> None:
    rows = [(1, "j", "inconsistent"), (1, "k", "inconsistent"), (1, "p", "both_bad"), (1, "q", "tie")]
    estimate = percent_agreement(RatingTable.from_records(rows, level="nominal"), rule=rule, inference=None)
    assert estimate.estimate == pytest.approx(share)
    assert (estimate.n, estimate.rule) == (pairs, rule)


def test_a_pair_weighs_the_product_of_its_ratings() -> None:
    # pairs: aa 2 * 1, ab 2 * 1, ab 1 * 1
    table = RatingTable.from_arrays(
        [1, 1, 1], ["x", "y", "z"], ["a", "a", "b"], weights=[2, 1, 1], level="nominal"
    )
    estimate = percent_agreement(table, inference=None)
    assert estimate.estimate == pytest.approx(2 / 5)
    assert estimate.n == 3


def test_nothing_to_compare_is_named() -> None:
    for rows in ([], [(1, "x", "a")], [(1, "x", None), (1, "y", None)]):
        estimate = percent_agreement(RatingTable.from_records(rows, level="nominal"))
        assert (estimate.estimate, estimate.undefined) == (None, "no_pairable_units")


def test_one_value_everywhere_is_full_agreement_without_an_interval() -> None:
    rows = [(unit, rater, "a") for unit in range(60) for rater in "xy"]
    estimate = percent_agreement(RatingTable.from_records(rows, level="nominal"))
    assert (estimate.estimate, estimate.low, estimate.undefined) == (1.0, None, "too_few_disagreements")


def test_no_agreement_at_all_has_no_interval_either() -> None:
    rows = [(unit, rater, rater) for unit in range(60) for rater in "xy"]
    estimate = percent_agreement(RatingTable.from_records(rows, level="nominal"))
    assert (estimate.estimate, estimate.high, estimate.undefined) == (0.0, None, "too_few_agreements")
