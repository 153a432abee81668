import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.panels import panel_verdicts, score_verdicts


def test_without_weights_a_verdict_is_the_mean_of_the_votes() -> None:
    votes = np.random.default_rng(1).random((40, 5))
    assert panel_verdicts(votes) == pytest.approx(votes.mean(axis=1), abs=1e-12)


def test_with_weights_it_is_their_weighted_mean() -> None:
    rng = np.random.default_rng(2)
    votes, weights = rng.random((40, 5)), rng.random(5)
    wanted = [np.average(row, weights=weights) for row in votes]
    assert panel_verdicts(votes, weights.tolist()) == pytest.approx(wanted, abs=1e-12)


def test_each_unit_may_have_weights_of_its_own() -> None:
    assert panel_verdicts([[1, 0], [1, 0]], [[3, 1], [1, 3]]).tolist() == [0.75, 0.25]


def test_a_tie_is_a_tie_to_the_last_digit() -> None:
    votes = [[0.1 + 0.2, 0.7, 0.5], [0.6, 0.4, 0.5]]
    assert panel_verdicts(votes).tolist() == [0.5, 0.5]


def test_a_negative_weight_counts_for_the_other_side_and_stays_within_the_range() -> None:
    assert panel_verdicts([[1, 1], [1, 0], [0, 1]], [0.5, -0.5]).tolist() == [0.5, 1.0, 0.0]


def test_who_did_not_speak_is_never_guessed() -> None:
    votes: list[list[float | None]] = [[1, None, 1], [None, None, 0], [None, None, None]]
    assert np.isnan(panel_verdicts(votes)).tolist() == [True, True, True]
    assert panel_verdicts(votes, quorum=2).tolist()[0] == 1.0
    assert np.isnan(panel_verdicts(votes, quorum=2)).tolist() == [False, True, True]
    assert np.isnan(panel_verdicts(votes, quorum=1)).tolist() == [False, False, True]


def test_there_is_no_verdict_where_only_judges_without_weight_spoke() -> None:
    assert np.isnan(panel_verdicts([[1, None]], [0, 1], quorum=1)).tolist() == [True]


@pytest.mark.parametrize(
    ("votes", "options"),
    [
        ([], {}),
        ([[]], {}),
        ([[1, 0], [1]], {}),
        ([["first", "second"]], {}),
        ([[1, 0]], {"quorum": 0}),
        ([[1, 0]], {"quorum": 3}),
        ([[1, 0]], {"weights": [1]}),
        ([[1, 0]], {"weights": [1, float("nan")]}),
        ([[1, float("inf")]], {}),
    ],
)
def test_what_is_no_panel_is_refused(votes: list[list[float]], options: dict[str, object]) -> None:
    with pytest.raises(AgreementError):
        panel_verdicts(votes, **options)  # type: ignore[arg-type]


def test_a_tie_is_half_right_whoever_says_it() -> None:
    verdicts, labels = [1, 0.7, 0.5, 0.5, 0.2, None], [1, 0.5, 0, 0.5, 1, 1]
    found = score_verdicts(verdicts, labels)
    assert found[:5].tolist() == [1, 0.5, 0.5, 1, 0]
    assert np.isnan(found[5])


def test_columns_of_unlike_length_are_refused() -> None:
    with pytest.raises(AgreementError):
        score_verdicts([1], [1, 0])
