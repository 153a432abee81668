"""Probabilities of being asked: they add up, keep to the floor, and make weighted means right and narrow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evalplatform.agreement import AgreementError
from evalplatform.agreement.few_labels import allocate_labels, expect_spread, ppi_mean

scores = st.lists(st.floats(0, 1e6), min_size=1, max_size=60)


@given(held=scores, share=st.floats(0.01, 1), of_share=st.floats(0.01, 1))
@settings(max_examples=60, deadline=None)
def test_they_add_up_and_keep_to_the_floor(held: list[float], share: float, of_share: float) -> None:
    size, floor = share * len(held), share * of_share
    found = allocate_labels(held, size=size, floor=floor)
    assert found.sum() == pytest.approx(size, rel=1e-9)
    assert (found >= floor).all()
    assert (found <= 1).all()
    assert [found[place] for place in np.argsort(held)] == sorted(found)


def test_between_floor_and_certainty_they_are_proportional() -> None:
    found = allocate_labels([1, 2, 3, 4, 100], size=2, floor=0.05)
    assert found.tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4, 1.0])


def test_equal_scores_are_an_even_draw() -> None:
    assert allocate_labels([0, 0, 0, 0], size=1, floor=0.1).tolist() == pytest.approx([0.25] * 4)


def test_units_that_were_asked_before_do_not_use_up_the_size() -> None:
    found = allocate_labels([1, 1, 2, 2], size=0.9, floor=0.01, among=[1, 0, 1, 0])
    assert found.tolist() == pytest.approx([0.3, 0.3, 0.6, 0.6])


@pytest.mark.parametrize(
    ("held", "size", "floor"),
    [
        ([], 1, 0.1),
        ([-1.0], 1, 0.1),
        ([1.0, 1.0], 3, 0.1),
        ([1.0] * 4, 1, 0.5),
        ([1.0], 1, 0),
        ([1.0], 0, 0.1),
    ],
)
def test_what_cannot_be_allocated_is_refused(held: list[float], size: float, floor: float) -> None:
    with pytest.raises(AgreementError):
        allocate_labels(held, size=size, floor=floor)


def test_a_group_without_labels_is_expected_to_be_like_all() -> None:
    found = expect_spread([1, 0, None], [0.5, 0.5, 0.9])
    assert found.tolist() == pytest.approx([0.5, 0.5, 0.5])
    assert expect_spread([1, 0, 1, 1], [0, 0, 1, 1])[[0, 2]].tolist() == pytest.approx(
        [((0.5 + 5 * 0.125) / 7) ** 0.5, (5 * 0.125 / 7) ** 0.5]
    )
    assert expect_spread([None, None], [1, 0]).tolist() == [1, 1]


def test_where_the_judge_is_mostly_right_labels_go_to_what_it_is_wrong_about() -> None:
    """Over 600 draws a mean of weighted labels is right, and its variance below that of an even draw."""
    rng = np.random.default_rng(5)
    judge = rng.integers(0, 2, 2_000).astype(float)
    human = np.where(judge == 1, rng.random(2_000) < 0.98, rng.random(2_000) < 0.4).astype(float)
    asked = np.where(rng.random(2_000) < 0.1, human, np.nan)
    by_spread = allocate_labels(expect_spread(asked, judge), size=200, floor=0.02)
    spread: dict[str, list[float]] = {"even": [], "by spread": []}
    for name, chance in (("even", np.full(2_000, 0.1)), ("by spread", by_spread)):
        for _ in range(600):
            labels = np.where(rng.random(2_000) < chance, human, np.nan)
            found = ppi_mean(labels, judge, probabilities=chance, reach="normal").corrected
            spread[name].append(found.estimate or 0.0)
    error = np.std(spread["by spread"]) / 600**0.5
    assert np.mean(spread["by spread"]) == pytest.approx(human.mean(), abs=4 * error)
    assert np.var(spread["by spread"]) < 0.9 * np.var(spread["even"])
