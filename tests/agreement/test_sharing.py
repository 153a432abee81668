"""Work shared by the figures of one report: done once inside, never remembered outside, and the same figures."""

import numpy as np
import pytest

from evalplatform.agreement import RatingTable, krippendorff_alpha, percent_agreement, sharing
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.results import Inference
from evalplatform.agreement.sharing import share_work, shared

calls: list[object] = []


@shared
def double(values: FloatArray, times: int = 2) -> FloatArray:
    calls.append(times)
    return values * times


@pytest.fixture(autouse=True)
def _forget() -> None:
    calls.clear()


def make_table() -> RatingTable:
    rng = np.random.default_rng(4)
    values = rng.integers(0, 3, size=(60, 6))
    units, raters = np.divmod(np.arange(360), 6)
    return RatingTable.from_arrays(units, raters, values.ravel(), level="nominal", clusters=units // 2)


def test_the_same_objects_are_worked_on_once() -> None:
    held = np.ones(3)
    with share_work():
        assert double(held) is double(held)
        assert double(held, times=3).tolist() == [3, 3, 3]
    assert calls == [2, 3]


def test_an_array_that_is_merely_equal_is_another() -> None:
    with share_work():
        double(np.ones(3))
        double(np.ones(3))
    assert calls == [2, 2]


def test_nothing_is_remembered_outside() -> None:
    held = np.ones(3)
    double(held)
    with share_work():
        double(held)
    with share_work():
        double(held)
    double(held)
    assert calls == [2, 2, 2, 2]


def test_an_inner_scope_shares_with_the_outer_one() -> None:
    held = np.ones(3)
    with share_work():
        with share_work():
            double(held)
        double(held)
    assert calls == [2]


def test_what_was_used_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "MOST_NUMBERS", 7)
    one, other, third = np.ones(3), np.ones(3), np.ones(3)
    with share_work():
        for held in (one, other, one, third, one, other):
            double(held)
    assert calls == [2, 2, 2, 2]  # `other` twice: `third` took its place


@pytest.mark.parametrize("inference", ["these_raters", "rater_population"])
def test_figures_are_the_same_with_work_shared(inference: Inference) -> None:
    table = make_table()

    def ask() -> list[object]:
        asked = [percent_agreement(table, mean=mean, inference=inference) for mean in ("micro", "macro")]
        return [*asked, krippendorff_alpha(table, inference=inference), krippendorff_alpha(table)]

    alone = ask()
    with share_work():
        assert ask() == alone
        assert ask() == alone
