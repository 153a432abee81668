import pytest

from evalplatform.agreement import AgreementError, RatingTable, Rule, agreement_between

ROWS = [
    (1, "judge", "first"), (1, "p", "first"), (1, "q", "tie"), (1, "r", "first"),
    (2, "judge", "inconsistent"), (2, "p", "tie"), (2, "q", "second"),
    (3, "judge", "tie"), (3, "p", "second"),
    (4, "p", "first"), (5, "judge", "first"),
]  # fmt: skip
PEOPLE = ["p", "q", "r"]


@pytest.fixture
def table() -> RatingTable:
    return RatingTable.from_records(ROWS, level="nominal", kinds={"judge": "fixed"})


@pytest.mark.parametrize(
    ("rule", "equal", "pairs", "excluded"),
    [
        ("tie", 3, 6, {"unpaired": 2}),
        ("dropped", 2, 4, {"inconsistent": 1, "unpaired": 4}),
        ("disagree", 2, 6, {"unpaired": 2}),
    ],
)
def test_every_vote_is_compared_with_the_verdict(
    table: RatingTable, rule: Rule, equal: int, pairs: int, excluded: dict[str, int]
) -> None:
    estimate = agreement_between(table, "judge", PEOPLE, rule=rule, inference=None)
    assert estimate.estimate == pytest.approx(equal / pairs)
    assert (estimate.n, estimate.n_unit, estimate.excluded) == (pairs, "pairs", excluded)


def test_pairs_without_a_tie_on_either_side(table: RatingTable) -> None:
    estimate = agreement_between(table, "judge", PEOPLE, rule="tie", ties="without", inference=None)
    assert (estimate.estimate, estimate.n) == (1.0, 2)


def test_groups_can_stand_in_either_place(table: RatingTable) -> None:
    one = agreement_between(table, ["judge", "p"], ["q", "r"], rule="tie", inference=None)
    other = agreement_between(table, ["q", "r"], ["judge", "p"], rule="tie", inference=None)
    assert one == other
    assert one.n == 6


def test_groups_have_no_member_in_common(table: RatingTable) -> None:
    with pytest.raises(AgreementError, match="in common"):
        agreement_between(table, ["judge", "p"], PEOPLE)


def test_raters_without_a_common_unit_are_named() -> None:
    table = RatingTable.from_records([(1, "judge", "first"), (2, "p", "first")], level="nominal")
    estimate = agreement_between(table, "judge", "p")
    assert (estimate.estimate, estimate.undefined) == (None, "no_pairable_units")


def test_judges_alone_are_no_population() -> None:
    rows = [(unit, judge, "ab"[unit % 2]) for unit in range(60) for judge in "ij"]
    table = RatingTable.from_records(rows, level="nominal", kinds={"i": "fixed", "j": "fixed"})
    estimate = agreement_between(table, "i", "j", inference="rater_population")
    assert (estimate.estimate, estimate.undefined) == (1.0, "too_few_raters")
