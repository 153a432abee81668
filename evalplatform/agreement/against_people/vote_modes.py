"""AlpacaEval's figures: single votes and modes of votes, of people and of a judge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, LabelArray, encode_labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.records import is_missing
from evalplatform.agreement.results import Undefined

Matrix = Sequence[Sequence[Any]] | LabelArray  # Any: labels of whatever type the caller has


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteScore:
    """A score of votes, in [0, 1], over `n` items, with its standard error over pairs of voters where asked."""

    score: float | None
    n: int
    voters_error: float | None = None
    undefined: Undefined | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteModes:
    """How AlpacaEval describes an evaluator, each in [0, 1] (it prints per cent).

    Parameters
    ----------
    agreement : one vote of the judge with the mode of the people
    people : one person with the mode of the others: what agreement is set beside
    bias : share of items where the mode of the judge is not the mode of the people; 0 for people themselves
    variance : one vote of the judge against the mode of its other votes, as a share of errors
    """

    agreement: VoteScore
    people: VoteScore
    bias: VoteScore
    variance: VoteScore


def vote_agreement(votes: Matrix, *, against: Literal["one", "rest"] = "one") -> VoteScore:
    """How often one vote of an item equals another, or the mode of the others.

    Parameters
    ----------
    votes : (items, voters) labels, None or NaN where a vote is missing; a column need not be one person
    against : ``one`` other vote, each pair of votes of an item weighing one, or the mode of the ``rest``,
        modes that share the lead counting in equal parts

    Returns
    -------
    VoteScore
        Mean over items with two votes or more. `voters_error`, against ``one`` and where no vote is missing: the
        standard error over ordered pairs of columns, as AlpacaEval's `sem_annotators`. Undefined:
        ``no_pairable_units``.

    Notes
    -----
    Dubois et al. (2023), "AlpacaFarm", appendix; `alpaca_eval` takes a mode at random where several lead, of which
    this is the mean.

    Examples
    --------
    >>> from evalplatform.agreement.against_people import vote_agreement
    >>> votes = [[1, 1, 1, 1], [2, 2, 2, 1]]
    >>> one = vote_agreement(votes)
    >>> one.score, round(one.voters_error, 6), vote_agreement(votes, against="rest").score
    (0.75, 0.075378, 0.875)
    """
    if against not in ("one", "rest"):
        raise AgreementError(f"votes are held against one or against the rest, not {against}")
    held = _encode(votes)
    if against == "rest":
        return _mean(_against_rest(held))
    counts = _count(held)
    total = counts.sum(axis=1)
    equal = (counts * (counts - 1)).sum(axis=1)
    scores = np.full(len(held), np.nan)
    np.divide(equal, total * (total - 1), out=scores, where=total > 1)
    return _mean(scores, _error_of_voters(held))


def describe_votes(judge: Matrix, people: Matrix) -> VoteModes:
    """Agreement, bias and variance of a judge that gave several votes an item, as AlpacaEval defines them.

    Parameters
    ----------
    judge : (items, runs) labels, None or NaN where a vote is missing
    people : (items, voters) labels of the same items

    Returns
    -------
    VoteModes
        Each a `VoteScore` of its own items: those with a vote on both sides, or with two votes. Modes that share
        the lead count in equal parts. Undefined: ``no_pairable_units``; the variance of a judge asked once.

    Notes
    -----
    The agreement of the judge is against the mode of all people and that of a person against the mode of the others
    (one fewer), so that the two are not quite comparable: `same_target` is. Dubois et al. (2023), "AlpacaFarm";
    definitions of `alpaca_eval`'s leaderboard of evaluators.

    Examples
    --------
    >>> from evalplatform.agreement.against_people import describe_votes
    >>> found = describe_votes([[1, 1], [1, 2]], [[1, 1, 1, 1], [2, 2, 2, 1]])
    >>> found.agreement.score, found.people.score, found.bias.score, found.variance.score
    (0.75, 0.875, 0.25, 0.5)
    """
    if len(judge) != len(people):
        raise AgreementError("the judge and the people differ in their number of items")
    width = max((len(row) for row in judge), default=0)
    both = _encode([[*one, *other] for one, other in zip(judge, people, strict=True)])
    size = int(both.max(initial=-1)) + 1
    own, voters = _count(both[:, :width], size), _count(both[:, width:], size)
    modes, target = _modes(own), _modes(voters)
    there = (own.sum(axis=1) > 0) & (voters.sum(axis=1) > 0)
    single = _share(own)
    return VoteModes(
        agreement=_mean(np.where(there, (single * target).sum(axis=1), np.nan)),
        people=_mean(_against_rest(both[:, width:])),
        bias=_mean(np.where(there, 1 - (modes * target).sum(axis=1), np.nan)),
        variance=_mean(1 - _against_rest(both[:, :width])),
    )


def _against_rest(held: IntArray) -> FloatArray:
    """Score of one vote with the mode of the others, (items,), NaN with fewer than two votes."""
    size = int(held.max(initial=-1)) + 1
    counts = _count(held, size)
    total = counts.sum(axis=1)
    scores = np.zeros(len(held))
    for value in range(size):
        others = counts.copy()
        others[:, value] -= counts[:, value] > 0
        scores += counts[:, value] * _modes(others)[:, value]
    out = np.full(len(held), np.nan)
    np.divide(scores, total, out=out, where=total > 1)
    return out


def _error_of_voters(held: IntArray) -> float | None:
    voters = held.shape[1]
    if voters < 2 or not len(held) or (held < 0).any():
        return None
    scores = [
        float((held[:, one] == held[:, other]).mean())
        for one in range(voters)
        for other in range(voters)
        if one != other
    ]
    return float(np.std(scores, ddof=1) / np.sqrt(len(scores)))


def _encode(votes: Matrix) -> IntArray:
    """Codes of the votes, (items, voters), -1 where one is missing."""
    rows = [list(row) for row in votes]
    if len({len(row) for row in rows}) > 1:
        raise AgreementError("every item needs as many places for votes")
    flat = [label for row in rows for label in row]
    present = np.array([not is_missing(label) for label in flat], dtype=np.bool_)
    codes, _ = encode_labels([label for label, kept in zip(flat, present.tolist(), strict=True) if kept])
    held = np.full(len(flat), -1, dtype=np.int64)
    held[present] = codes
    return held.reshape(len(rows), len(rows[0]) if rows else 0)


def _count(held: IntArray, size: int | None = None) -> FloatArray:
    """Votes for each value, (items, values)."""
    size = max(int(held.max(initial=-1)) + 1 if size is None else size, 1)
    items = len(held)
    keys = np.where(held < 0, 0, np.arange(items)[:, None] * size + held)
    counts = np.bincount(keys.ravel(), (held >= 0).ravel().astype(np.float64), items * size)
    return counts.reshape(items, size).astype(np.float64, copy=False)


def _share(counts: FloatArray) -> FloatArray:
    total = counts.sum(axis=1, keepdims=True)
    share: FloatArray = np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)
    return share


def _modes(counts: FloatArray) -> FloatArray:
    """The values that lead, in equal parts, (items, values)."""
    most = counts.max(axis=1, keepdims=True)
    return _share(((counts == most) & (most > 0)).astype(np.float64))


def _mean(scores: FloatArray, voters_error: float | None = None) -> VoteScore:
    held = scores[np.isfinite(scores)]
    if not len(held):
        return VoteScore(score=None, n=0, undefined="no_pairable_units")
    return VoteScore(score=float(held.mean()), n=len(held), voters_error=voters_error)
