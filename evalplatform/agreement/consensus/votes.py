"""The value that most votes, or the heaviest, went to."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.table import RatingTable

Ties = Literal["none", "first", "random"]
LEVEL = 1e-9  # votes nearer than this are level


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Consensus:
    """One value a unit.

    Attributes
    ----------
    labels : value of each unit that was rated; None where no value leads alone and ties are left open
    shares : (units, categories) share of the votes, or probability, of each category; 0 where nobody rated
    categories : the columns of `shares`
    tied : how many units had no single leader
    """

    labels: Mapping[Hashable, Hashable | None]
    shares: FloatArray
    categories: tuple[Hashable, ...]
    tied: int


def majority_vote(
    table: RatingTable,
    *,
    weights: Mapping[str, float] | None = None,
    ties: Ties = "none",
    seed: int = 0,
) -> Consensus:
    r"""The most frequent value of each unit, or the heaviest where raters are weighted.

    Parameters
    ----------
    table : ratings; their own weights count too
    weights : at least 0 by rater, one for those not named
    ties : ``none`` leaves the unit open, ``first`` takes the category that stands first, ``random`` draws one
        of the leaders by `seed`
    seed : of the draw

    Returns
    -------
    Consensus
        Units without a rating, or whose votes all weigh nothing, are not in `labels`.

    Notes
    -----
    .. math:: \arg\max_k \sum_{r: x_r = k} w_r

    Examples
    --------
    >>> rows = [("a", "x", "yes"), ("a", "y", "no"), ("a", "z", "yes"), ("b", "x", "yes"), ("b", "y", "no")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> majority_vote(table).labels
    {'a': 'yes', 'b': None}
    >>> majority_vote(table, weights={"y": 2.5}).labels
    {'a': 'no', 'b': 'no'}
    """
    counts = count_votes(table, weigh_raters(table, weights))
    return elect(table, counts, ties=ties, seed=seed)


def weigh_raters(table: RatingTable, weights: Mapping[str, float] | None) -> FloatArray:
    """Weight of every rating, (n,)."""
    held = np.ones(len(table)) if table.weight is None else table.weight
    if weights is None:
        return held
    table.codes_of(list(weights))
    by_rater = np.array([weights.get(name, 1.0) for name in table.raters], dtype=np.float64)
    if not (np.isfinite(by_rater) & (by_rater >= 0)).all():
        raise AgreementError("weights of raters are numbers of at least 0")
    return np.asarray(held * by_rater[table.rater]) if len(table) else held


def count_votes(table: RatingTable, weights: FloatArray) -> FloatArray:
    """Weight of the votes of each unit for each category, (units, categories)."""
    size = len(table.categories)
    votes = sum_by(table.unit * size + table.value, weights, len(table.units) * size)
    return votes.reshape(len(table.units), size)


def elect(table: RatingTable, votes: FloatArray, *, ties: Ties, seed: int = 0) -> Consensus:
    """The leader of each unit, by (units, categories) votes."""
    if ties not in ("none", "first", "random"):
        raise AgreementError("ties are none, first or random")
    total = votes.sum(axis=1)
    shares = np.divide(votes, total[:, None], out=np.zeros_like(votes), where=total[:, None] > 0)
    leads = shares >= shares.max(axis=1, initial=0)[:, None] - LEVEL
    tied = leads.sum(axis=1) > 1
    rated = total > 0
    order = np.random.default_rng(seed).random(leads.shape) if ties == "random" else None
    winner = _find_first(leads if order is None else leads * (1 + order))
    labels = {
        unit: None if level and ties == "none" else table.categories[place]
        for unit, place, level in zip(
            table.units[rated].tolist(), winner[rated].tolist(), tied[rated].tolist(), strict=True
        )
    }
    return Consensus(
        labels=labels, shares=shares, categories=table.categories, tied=int((tied & rated).sum())
    )


def _find_first(leads: np.typing.NDArray[np.generic]) -> np.typing.NDArray[np.intp]:
    if not leads.shape[1]:
        return np.zeros(len(leads), dtype=np.intp)
    return np.asarray(leads.argmax(axis=1))
