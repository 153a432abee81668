import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.ranking import Comparisons, elo_ratings
from tests.agreement.ranking.data import drawn_rows


def test_ratings_equal_those_of_evalica() -> None:
    import evalica

    first, second, won, _ = drawn_rows([0.5, 0.0, -0.5], 300, items=300, seed=5)
    won = [0.5 if place % 7 == 0 else each for place, each in enumerate(won)]
    winner = {1.0: evalica.Winner.X, 0.0: evalica.Winner.Y, 0.5: evalica.Winner.Draw}
    theirs = evalica.elo(first, second, [winner[each] for each in won], k=4.0).scores
    ours = elo_ratings(Comparisons.from_arrays(first, second, won))
    assert ours == pytest.approx(theirs.to_dict(), rel=1e-12)


def test_a_hopeless_lead_does_not_overflow() -> None:
    held = Comparisons.from_arrays(["a"] * 3, ["b"] * 3, [1, 0, 1])
    found = elo_ratings(held, step=1e6)
    assert found["a"] + found["b"] == pytest.approx(2000)


def test_edges() -> None:
    assert elo_ratings(Comparisons.from_arrays([], [], [])) == {}
    with pytest.raises(AgreementError, match="above 0"):
        elo_ratings(Comparisons.from_arrays(["a"], ["b"], [1]), step=0)
