import pytest

from evalplatform.agreement import (
    RatingTable,
    agreement_between,
    pairwise_rater_agreement,
    percent_agreement,
)
from evalplatform.agreement.reliability import matrix

ROWS = [
    (1, "a", "x"), (1, "b", "x"), (1, "c", "y"),
    (2, "a", "y"), (2, "b", "x"),
    (3, "a", "x"), (3, "a", "y"), (4, "d", "x"),
]  # fmt: skip


@pytest.mark.parametrize("cells", [matrix.CELLS, 1])
def test_every_rater_with_every_other(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "CELLS", cells)
    found = pairwise_rater_agreement(RatingTable.from_records(ROWS, level="nominal"))
    assert found.raters == ("a", "b", "c", "d")
    assert found.agreement == (
        (0.0, 0.5, 0.0, None),
        (0.5, None, 0.0, None),
        (0.0, 0.0, None, None),
        (None, None, None, None),
    )
    assert found.pairs == ((1, 2, 1, 0), (2, 0, 1, 0), (1, 1, 0, 0), (0, 0, 0, 0))


def test_cells_equal_the_figures_of_two_raters(four_raters: RatingTable) -> None:
    found = pairwise_rater_agreement(four_raters)
    for row, one in enumerate(found.raters):
        for column, other in enumerate(found.raters):
            if one != other:
                between = agreement_between(four_raters, one, other, inference=None)
                within = percent_agreement(four_raters.subset(raters=[one, other]), inference=None)
                assert (found.agreement[row][column], found.pairs[row][column]) == (
                    between.estimate,
                    between.n,
                )
                assert (between.estimate, between.n) == (within.estimate, within.n)


def test_inconsistent_verdicts_follow_the_rule() -> None:
    table = RatingTable.from_records([(1, "j", "inconsistent"), (1, "k", "inconsistent")], level="nominal")
    shares = [pairwise_rater_agreement(table, rule=rule).agreement[0][1] for rule in ("tie", "disagree")]
    assert shares == [1.0, 0.0]


def test_an_empty_table_has_an_empty_matrix() -> None:
    found = pairwise_rater_agreement(RatingTable.from_records([], level="nominal"))
    assert found.to_dict() == {"raters": (), "agreement": (), "pairs": ()}
