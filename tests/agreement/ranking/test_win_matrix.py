import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.ranking import Comparisons, soft_win_rate, win_rate_matrix
from tests.agreement.ranking.data import drawn_rows


def test_rates_of_each_pair_and_of_its_turn_add_to_one() -> None:
    held = Comparisons.from_arrays(["a", "a", "b", "c", "a"], ["b", "b", "c", "b", "b"], [1, 0.5, 1, 1, 0])
    found = win_rate_matrix(held)
    values = [[None if each is None else each.estimate for each in row] for row in found.rates]
    assert found.systems == ("a", "b", "c")
    assert values == [[None, 0.5, None], [0.5, None, 0.5], [None, 0.5, None]]
    there, back = found.rates[0][1], found.rates[1][0]
    assert there is not None
    assert back is not None
    assert there.low == pytest.approx(1 - (back.high or 0))
    assert there.n == 3


def test_rates_equal_those_of_evalica() -> None:
    import evalica

    first, second, won, _ = drawn_rows([0.5, 0.0, -0.5], 300, items=300, seed=5)
    winners = [evalica.Winner.X if each else evalica.Winner.Y for each in won]
    codes, other_codes, index = evalica.indexing(first, second)
    theirs = evalica.matrices(codes, other_codes, winners, index=index).win_matrix
    place = {name: code for code, name in enumerate(index)}
    found = win_rate_matrix(Comparisons.from_arrays(first, second, won))
    for row, one in enumerate(found.systems):
        for column, other in enumerate(found.systems):
            each = found.rates[row][column]
            if each is not None:
                wins, losses = theirs[place[one], place[other]], theirs[place[other], place[one]]
                assert each.estimate == pytest.approx(wins / (wins + losses))


def test_intervals_are_the_jackknife_of_the_resampling_engine() -> None:
    from evalplatform.agreement.resampling import spread_limits

    first, second, won, item = drawn_rows([0.5, 0.0], 200, items=20, seed=5, effect=1.0)
    held = Comparisons.from_arrays(first, second, won, items=item)
    each = win_rate_matrix(held).rates[0][1]
    assert each is not None
    assert each.estimate is not None
    without = np.array([held.share[held.item != left].mean() for left in range(held.items)])
    limits = spread_limits(
        each.estimate, without, np.ones(held.items, dtype=np.int64), 0.95, (-np.inf, np.inf)
    )
    # the engine centres at the pseudo-values' mean up to the bias, this at the figure
    assert limits is not None
    assert [each.low, each.high] == pytest.approx(limits)


def test_known_soft_rate() -> None:
    found = soft_win_rate([0.9, 0.6, 0.2, 0.8, 0.5, None])
    assert found.rate.estimate == pytest.approx(0.6)
    assert found.discrete.estimate == pytest.approx(3.5 / 5)
    assert found.standard_error == pytest.approx(np.std([0.9, 0.6, 0.2, 0.8, 0.5], ddof=1) / np.sqrt(5))
    assert (found.rate.n, dict(found.rate.excluded)) == (5, {"missing": 1})


def test_verdicts_of_one_item_count_as_one() -> None:
    held = [0.9, 0.1, 0.5] * 4
    alone = soft_win_rate(held).standard_error
    doubled = soft_win_rate(held * 2, items=list(range(12)) * 2).standard_error
    assert doubled == pytest.approx(alone)
    # the discrete rate is as free of what stands between
    assert soft_win_rate(["first", "second", "tie"]).discrete.estimate == 0.5


def test_thin_data_are_named() -> None:
    nothing = soft_win_rate([])
    assert (nothing.rate.undefined, nothing.standard_error) == ("no_pairable_units", None)
    assert soft_win_rate([1]).rate.undefined == "too_few_items"
    assert soft_win_rate([1] * 60).rate.undefined == "no_variation"
    assert win_rate_matrix(Comparisons.from_arrays([], [], [])).rates == ()
    with pytest.raises(AgreementError, match="not over raters"):
        soft_win_rate([1], inference="rater_population")
    with pytest.raises(AgreementError, match="between 0 and 1"):
        soft_win_rate([1.2])
