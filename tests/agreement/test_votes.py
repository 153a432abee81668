from evalplatform.agreement import RatingTable
from evalplatform.agreement.votes import take_plurality


def test_the_value_of_most_votes_stands_for_all() -> None:
    rows = [(1, "a", "x"), (1, "b", "x"), (1, "c", "y"), (2, "a", "x"), (2, "b", "y"), (3, "a", None)]
    winners = take_plurality(RatingTable.from_records(rows, level="nominal"), tie_value="tie")
    assert [
        (winners.units[u], winners.categories[v]) for u, v in zip(winners.unit, winners.value, strict=True)
    ] == [
        (1, "x"),
        (2, "tie"),
    ]
    assert (winners.raters, winners.kinds) == (("plurality",), ("fixed",))


def test_votes_weigh_what_they_weigh() -> None:
    table = RatingTable.from_arrays(
        [1, 1, 1], ["a", "b", "c"], ["x", "x", "y"], weights=[1, 1, 3], level="nominal"
    )
    winners = take_plurality(table, tie_value="tie")
    assert [winners.categories[code] for code in winners.value] == ["y"]
