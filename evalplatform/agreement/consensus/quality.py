"""How good each rater is by the others, whether it gets worse, and whether it looks at the items at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.consensus.dawid_skene import DawidSkene
from evalplatform.agreement.consensus.jackknife import infer_raters
from evalplatform.agreement.consensus.votes import LEVEL, count_votes
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import divide
from evalplatform.agreement.table import RatingTable


def rater_ability(table: RatingTable, **interval: Unpack[IntervalOptions]) -> dict[str, Estimate]:
    r"""Share of each rater's ratings that equal the consensus of the others on the unit.

    The others' consensus is their plurality; where m values lead together, each of them is worth 1 / m. A
    rater's own ratings never make the consensus it is held against. It is agreement with the others: where
    most are wrong, the one who is right has a low ability.

    Parameters
    ----------
    table : ratings, each counting one
    interval : `inference`, `confidence`; items are left out in turn and nothing is drawn

    Returns
    -------
    dict
        Rater to `Estimate` in [0, 1]; ``n`` counts ratings on units that others rated too, the rest is
        excluded as ``unpaired``. Undefined: ``no_pairable_units`` where there are none. No interval:
        ``too_few_items`` or ``no_variation`` where no item changes the share.

    Examples
    --------
    >>> rows = [(unit, rater, unit % 2) for unit in range(8) for rater in "abc"]
    >>> rows += [(unit, "d", 1) for unit in range(8)]
    >>> found = rater_ability(RatingTable.from_records(rows, level="nominal"))
    >>> found["a"].estimate, found["d"].estimate
    (1.0, 0.5)
    """
    credit, paired = _credit_ratings(table)
    columns = np.stack([credit[paired], np.ones(int(paired.sum()))])
    figures = infer_raters(
        table.rater[paired],
        table.cluster[table.unit[paired]],
        columns,
        lambda sums: divide(sums[0], sums[1]),
        raters=len(table.raters),
        settings=Settings(**interval),
        bounds=(0.0, 1.0),
    )
    return _name(table, figures, paired)


def rater_drift(
    table: RatingTable, order: Sequence[float] | FloatArray, **interval: Unpack[IntervalOptions]
) -> dict[str, Estimate]:
    r"""How much the ability of each rater changes from the first of its ratings to the last.

    The slope of the least squares line of agreement with the others' consensus (as in `rater_ability`) on the
    place of the rating among the rater's own, 0 for the first and 1 for the last.

    Parameters
    ----------
    table : ratings
    order : (n,) when each rating of the table was given: a time or a number; ratings at one time share their
        mean place
    interval : `inference`, `confidence`; items are left out in turn and nothing is drawn

    Returns
    -------
    dict
        Rater to `Estimate`, below 0 where the rater gets worse. Undefined: as `rater_ability`, and
        ``no_variation`` where all of a rater's ratings have one place.

    Examples
    --------
    >>> rows = [(unit, rater, 1) for unit in range(4) for rater in "abc"]
    >>> rows += [(0, "d", 1), (1, "d", 1), (2, "d", 0), (3, "d", 0)]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> round(rater_drift(table, list(range(16)))["d"].estimate, 6)
    -1.2
    """
    times = np.asarray(order, dtype=np.float64)
    if times.shape != (len(table),) or not np.isfinite(times).all():
        raise AgreementError("the order holds one number for each rating of the table")
    credit, paired = _credit_ratings(table)
    place = _place_in_order(table, times)[paired]
    held = credit[paired]
    figures = infer_raters(
        table.rater[paired],
        table.cluster[table.unit[paired]],
        np.stack([np.ones(len(held)), place, held, place * place, place * held]),
        _slope,
        raters=len(table.raters),
        settings=Settings(**interval),
        bounds=(-np.inf, np.inf),
    )
    return _name(table, figures, paired)


def spam_scores(fit: DawidSkene) -> dict[str, Estimate]:
    r"""How much the answers of each rater depend on the true value: 0 for a spammer, 1 for a perfect rater.

    A spammer answers alike whatever it is shown: always the same, or at random. A rater who is always wrong
    in the same way is no spammer. Matrices of raters with few ratings score too high by chance.

    Parameters
    ----------
    fit : what `dawid_skene` gave

    Returns
    -------
    dict
        Rater to `Estimate` in [0, 1] without an interval; ``n`` counts the true values that the rater met.
        Undefined: ``no_variation`` where that is fewer than two.

    Notes
    -----
    With a rater's confusion matrix A over C true values:

    .. math:: \frac{1}{C (C - 1)} \sum_{c < c'} \sum_l (A_{cl} - A_{c'l})^2

    Raykar and Yu (2012), "Eliminating spammers and ranking annotators for crowdsourced labeling tasks",
    Journal of Machine Learning Research 13, section 2.

    Examples
    --------
    >>> from evalplatform.agreement.consensus import dawid_skene
    >>> rows = [(unit, rater, unit % 2) for unit in range(8) for rater in "abc"]
    >>> rows += [(unit, "d", 1) for unit in range(8)]
    >>> found = spam_scores(dawid_skene(RatingTable.from_records(rows, level="nominal")))
    >>> found["a"].estimate, found["d"].estimate
    (1.0, 0.0)
    """
    return {
        name: _score_matrix(matrix[matrix.sum(axis=1) > 0])
        for name, matrix in zip(fit.raters, fit.confusion, strict=True)
    }


def _score_matrix(met: FloatArray) -> Estimate:
    base = Estimate(estimate=None, n=len(met), n_unit="categories")
    if len(met) < 2:
        return replace(base, undefined="no_variation")
    around = len(met) * float(np.sum((met - met.mean(axis=0)) ** 2))  # the sum over pairs of rows
    return replace(base, estimate=min(around / (len(met) * (len(met) - 1)), 1.0))


@dataclass(frozen=True, eq=False, slots=True)
class _Others:
    """Votes of the others on the unit of each distinct pair of unit and rater, (pairs, categories)."""

    votes: FloatArray
    pair: np.typing.NDArray[np.intp]


def _credit_ratings(table: RatingTable) -> tuple[FloatArray, BoolArray]:
    """What each rating is worth before the others' consensus, and whether there is one, (n,) each."""
    if not len(table):
        return np.zeros(0), np.zeros(0, dtype=np.bool_)
    others = _count_others(table)
    leads = others.votes >= others.votes.max(axis=1)[:, None] - LEVEL
    worth = leads / leads.sum(axis=1)[:, None]
    paired = others.votes.sum(axis=1) > LEVEL
    return worth[others.pair, table.value], paired[others.pair]


def _count_others(table: RatingTable) -> _Others:
    size, raters = len(table.categories), len(table.raters)
    weights = np.ones(len(table)) if table.weight is None else table.weight
    keys, pair = np.unique(table.unit * raters + table.rater, return_inverse=True)
    own = sum_by(pair * size + table.value, weights, len(keys) * size).reshape(len(keys), size)
    return _Others(count_votes(table, weights)[keys // raters] - own, pair)


def _place_in_order(table: RatingTable, times: FloatArray) -> FloatArray:
    """Place of each rating among its rater's, 0 first and 1 last, the mean place for equal times."""
    n = len(table)
    order = np.lexsort((times, table.rater))
    rater, time = table.rater[order], times[order]
    count = np.bincount(table.rater, minlength=len(table.raters))
    rank = np.arange(n) - (np.cumsum(count) - count)[rater]
    new = np.ones(n, dtype=np.bool_)
    new[1:] = (rater[1:] != rater[:-1]) | (time[1:] != time[:-1])
    tie = np.cumsum(new) - 1
    mean = np.bincount(tie, rank) / np.maximum(np.bincount(tie), 1) if n else np.zeros(0)
    place = np.empty(n)
    place[order] = mean[tie] / np.maximum(count[rater] - 1, 1)
    return place


def _slope(sums: FloatArray) -> FloatArray:
    n, x, y, xx, xy = sums
    return divide(n * xy - x * y, np.where(n * xx - x * x > 1e-9, n * xx - x * x, 0.0))


def _name(table: RatingTable, figures: list[Estimate], paired: BoolArray) -> dict[str, Estimate]:
    alone = np.bincount(table.rater[~paired], minlength=len(table.raters)).tolist()
    return {
        name: replace(figure, excluded={"unpaired": left} if left else {})
        for name, figure, left in zip(table.raters, figures, alone, strict=True)
    }
