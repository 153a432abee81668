"""Choosing among candidates by labels: the rule, and why the winner's own figure is too high."""

import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.choosing import choose_best


def draw(accuracies: list[float], units: int = 300, seed: int = 1) -> FloatArray:
    rng = np.random.default_rng(seed)
    return (rng.random((len(accuracies), units)) < np.array(accuracies)[:, None]).astype(np.float64)


def test_a_clearly_better_candidate_is_taken_whatever_it_costs() -> None:
    found = choose_best(draw([0.6, 0.9, 0.5]), costs=[1, 50, 1])
    assert (found.chosen, found.leader, found.runner_up, found.why) == (1, 1, 0, "clear")
    assert found.rivals == (1,)
    assert found.differences[1] is None
    assert found.differences[0] is not None
    assert found.differences[0].low is not None
    assert found.differences[0].low > 0


def test_the_paired_difference_is_that_of_the_means() -> None:
    scores = draw([0.6, 0.9])
    found = choose_best(scores)
    assert found.differences[0] is not None
    assert found.differences[0].estimate == pytest.approx(scores[1].mean() - scores[0].mean())
    assert [mean.estimate for mean in found.means] == pytest.approx(scores.mean(axis=1).tolist())


def test_of_candidates_that_cannot_be_told_apart_the_cheaper_is_taken_then_the_first() -> None:
    scores = draw([0.7, 0.71, 0.2])
    assert choose_best(scores, costs=[3, 2, 1]).chosen == 1
    assert (choose_best(scores, costs=[2, 3, 1]).chosen, choose_best(scores, costs=[2, 3, 1]).why) == (
        0,
        "cheaper",
    )
    assert choose_best(scores, costs=[2, 2, 1]).chosen == 0
    unknown = choose_best(scores, costs=[None, 2, 1])
    assert (unknown.chosen, unknown.why, unknown.rivals) == (0, "first", (0, 1))
    assert choose_best(scores).why == "first"


def test_equal_candidates_and_a_single_one() -> None:
    same = draw([0.7])
    twice = choose_best(np.concatenate([same, same]), costs=[2, 1])
    assert (twice.chosen, twice.leader, twice.why) == (1, 0, "cheaper")
    alone = choose_best(same)
    assert (alone.chosen, alone.runner_up, alone.why) == (0, None, "clear")


@pytest.mark.parametrize(("units", "rivals"), [(5, (0, 1)), (6, (0,)), (40, (0,))])
def test_a_difference_without_spread_is_told_by_its_signs(units: int, rivals: tuple[int, ...]) -> None:
    """Five of five would come by chance in 2 of 32 cases, six of six in 2 of 64."""
    found = choose_best([[1.0] * units, [0.0] * units], costs=[2, 1])
    assert found.differences[1] is not None
    assert found.differences[1].low is None
    assert (found.rivals, found.chosen) == (rivals, len(rivals) - 1)


def test_items_are_drawn_whole() -> None:
    """Ten copies of each unit tell no more than one."""
    scores = draw([0.75, 0.6], 60)
    copied = np.repeat(scores, 10, axis=1)
    whole = choose_best(copied, clusters=np.repeat(np.arange(60), 10).tolist()).differences[1]
    single, naive = choose_best(scores).differences[1], choose_best(copied).differences[1]
    assert whole is not None
    assert single is not None
    assert naive is not None
    widths = [(found.high or 0) - (found.low or 0) for found in (whole, single, naive)]
    assert widths[0] == pytest.approx(widths[1], rel=0.1)
    assert widths[2] < widths[1] / 2


@pytest.mark.parametrize("scores", [[], [[]], [[0.5, 1.2]], [[np.nan]]])
def test_what_is_no_score_is_refused(scores: list[list[float]]) -> None:
    with pytest.raises(AgreementError):
        choose_best(scores)


def test_a_lucky_prompt_looks_good_on_the_split_and_is_what_it_is_elsewhere() -> None:
    """Eight prompts of one true accuracy, 40 labels to choose by, 400 held out, 600 studies.

    The best of eight on the split lies above the truth by the expected maximum of eight means; the held-out figure of
    the one that was chosen lies on it.
    """
    truth, split, rest, studies = 0.7, 40, 400, 600
    rng = np.random.default_rng(7)
    seen, held_out = [], []
    for _ in range(studies):
        right = (rng.random((8, split + rest)) < truth).astype(np.float64)
        chosen = choose_best(right[:, :split], inference=None).leader
        seen.append(right[chosen, :split].mean())
        held_out.append(right[chosen, split:].mean())
    error = np.sqrt(truth * (1 - truth) / rest / studies)
    assert abs(np.mean(held_out) - truth) < 4 * error
    assert np.mean(seen) - truth > 0.08
