"""What revisions came to, where answers to one item hang together."""

import pytest

from judges.queries.revisions import Revised, _sum_up

SAME = [Revised(2.0, effect, item) for effect, item in ((1.0, 1), (1.0, 1), (0.0, 2), (0.0, 2))]


def test_answers_to_one_item_weigh_as_one_in_the_error() -> None:
    apart = _sum_up([each._replace(item=place) for place, each in enumerate(SAME)])
    together = _sum_up(SAME)
    assert (together.n, together.first, together.second, together.effect) == (4, 2.0, 2.5, 0.5)
    assert together.standard_error == pytest.approx(0.5)
    assert apart.standard_error == pytest.approx(3**-0.5 / 2)
    # 3.182446 is Student's t of three degrees of freedom at 0.975.
    assert (apart.low, apart.high) == pytest.approx(
        (0.5 - 3.182446 * 3**-0.5 / 2, 0.5 + 3.182446 * 3**-0.5 / 2)
    )


def test_one_item_has_no_interval() -> None:
    alone = _sum_up(SAME[:2])
    assert (alone.n, alone.effect, alone.standard_error, alone.low, alone.high) == (2, 1.0, None, None, None)
