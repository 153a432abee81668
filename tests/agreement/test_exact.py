"""A share is shown to lie below another at most as often as promised, however often one looks."""

import pytest

from evalplatform.agreement.exact import is_below, limit_share


def chance_of_ever(share: float, floor: float, *, trials: int, first: int = 1, error: float = 0.05) -> float:
    """The exact chance that `is_below` is ever true, looking after each trial from `first` on."""
    alive, ever = {0: 1.0}, 0.0
    for n in range(1, trials + 1):
        after: dict[int, float] = {}
        for hits, weight in alive.items():
            after[hits + 1] = after.get(hits + 1, 0.0) + weight * share
            after[hits] = after.get(hits, 0.0) + weight * (1 - share)
        named = {hits for hits in after if n >= first and is_below(hits, n, floor, error)}
        ever += sum(after[hits] for hits in named)
        alive = {hits: weight for hits, weight in after.items() if hits not in named}
    return ever


@pytest.mark.parametrize("floor", [0.5, 0.7, 0.9])
def test_of_those_at_the_floor_hardly_any_is_ever_named(floor: float) -> None:
    assert 0.0 < chance_of_ever(floor, floor, trials=150) <= 0.05
    assert chance_of_ever(floor + 0.05, floor, trials=150) < chance_of_ever(floor, floor, trials=150)


def test_a_limit_for_one_look_would_name_more_than_it_says() -> None:
    alive, ever = {0: 1.0}, 0.0
    for n in range(1, 101):
        after: dict[int, float] = {}
        for hits, weight in alive.items():
            after[hits + 1] = after.get(hits + 1, 0.0) + weight * 0.7
            after[hits] = after.get(hits, 0.0) + weight * 0.3
        named = {hits for hits in after if n >= 10 and limit_share(hits, n, 0.025) < 0.7}
        ever += sum(after[hits] for hits in named)
        alive = {hits: weight for hits, weight in after.items() if hits not in named}
    assert ever == pytest.approx(0.108, abs=0.01)
    assert chance_of_ever(0.7, 0.7, trials=100, first=10) == pytest.approx(0.018, abs=0.005)


def test_who_lies_far_below_is_named() -> None:
    assert chance_of_ever(0.3, 0.7, trials=60) > 0.99


def test_nothing_is_shown_by_nothing_by_hits_alone_or_by_reaching_the_floor() -> None:
    assert not is_below(0, 0, 0.7, 0.05)
    assert not is_below(1000, 1000, 0.7, 0.05)
    assert not is_below(700, 1000, 0.7, 0.05)
    assert is_below(0, 1000, 0.7, 0.05)


def test_one_trial_by_hand() -> None:
    """After one miss: the mean of (1 - x) over x below 1/2 is 3/4, against 1/2."""
    assert is_below(0, 1, 0.5, 1 / 1.49)
    assert not is_below(0, 1, 0.5, 1 / 1.51)
