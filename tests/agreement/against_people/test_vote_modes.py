"""AlpacaEval's figures: its own example, and plain loops."""

from collections import Counter

import numpy as np
import pytest

from evalplatform.agreement import AgreementError
from evalplatform.agreement.against_people import describe_votes, vote_agreement


def test_the_example_of_alpaca_eval() -> None:
    votes = [[1, 1, 1, 1], [2, 2, 2, 1]]
    one = vote_agreement(votes)
    assert (one.score, one.n) == (0.75, 2)
    assert one.voters_error == pytest.approx(0.075378, abs=1e-6)
    assert vote_agreement(votes, against="rest").score == 0.875


def lead(votes: list[int]) -> list[int]:
    counts = Counter(votes)
    return [value for value, count in counts.items() if count == max(counts.values())]


def test_figures_are_their_definitions() -> None:
    rng = np.random.default_rng(4)
    people, judge = rng.integers(0, 3, (60, 5)).tolist(), rng.integers(0, 3, (60, 4)).tolist()
    found = describe_votes(judge, people)
    agreement, bias, rest = [], [], []
    for own, others in zip(judge, people, strict=True):
        target = lead(others)
        agreement.append(np.mean([(vote in target) / len(target) for vote in own]))
        modes = lead(own)
        bias.append(1 - np.mean([(mode in target) / len(target) for mode in modes]))
        left = [(vote, lead(own[:place] + own[place + 1 :])) for place, vote in enumerate(own)]
        rest.append(np.mean([(vote in modes) / len(modes) for vote, modes in left]))
    assert found.agreement.score == pytest.approx(np.mean(agreement))
    assert found.bias.score == pytest.approx(np.mean(bias))
    assert found.variance.score == pytest.approx(1 - np.mean(rest))


def test_people_have_no_bias_against_themselves() -> None:
    votes = [[1, 1, 2], [2, 2, 2], [1, 2, 2]]
    assert describe_votes(votes, votes).bias.score == 0.0


def test_missing_votes_are_left_out() -> None:
    found = describe_votes([["a", None], [None, None]], [["a", "b", float("nan")], ["a", "a", "a"]])
    assert (found.agreement.score, found.agreement.n) == (0.5, 1)
    assert found.variance.undefined == "no_pairable_units"
    assert (found.people.score, found.people.n) == (0.5, 2)
    assert vote_agreement([["a", None, "a"]]).voters_error is None


@pytest.mark.parametrize("votes", [[], [[]], [[1]], [[None, None]]])
def test_nothing_is_named(votes: list[list[int | None]]) -> None:
    assert vote_agreement(votes).undefined == "no_pairable_units"
    assert vote_agreement(votes, against="rest").undefined == "no_pairable_units"
    assert describe_votes(votes, votes).variance.undefined == "no_pairable_units"


def test_wrong_questions_are_refused() -> None:
    for call in (
        lambda: vote_agreement([[1, 2], [1]]),
        lambda: vote_agreement([[1, 2]], against="two"),  # type: ignore[arg-type]
        lambda: describe_votes([[1]], []),
    ):
        with pytest.raises(AgreementError):
            call()
