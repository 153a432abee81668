"""The true value behind ratings of unequal raters, by the model of Dawid and Skene."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.consensus.answers import MOST_NUMBERS, choose_labels
from evalplatform.agreement.consensus.votes import count_votes
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.table import RatingTable

SMALLEST = 1e-300  # of a probability, so that its logarithm is a number


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class DawidSkene:
    """True values as the model sees them, and how each rater answers to each.

    Attributes
    ----------
    labels : likeliest value of each unit that was rated; of equals the first of the scale
    probabilities : (units, categories), 0 in units without a rating
    priors : (categories,) share of units of each true value; 0 without a rating
    confusion : (raters, true, given) probability of each answer; a row is 0 where the rater met no such unit
    log_likelihood : of the ratings under the last priors and confusion; None without a rating
    iterations, converged : EM steps taken, and whether the likelihood had settled
    """

    labels: Mapping[Hashable, Hashable]
    probabilities: FloatArray
    priors: FloatArray
    confusion: FloatArray
    categories: tuple[Hashable, ...]
    raters: tuple[str, ...]
    log_likelihood: float | None
    iterations: int
    converged: bool


@dataclass(frozen=True, eq=False, slots=True)
class _Votes:
    """Weight of each answer, rater * categories + value, to each unit; and which units have any."""

    matrix: Any  # Any: a sparse matrix of scipy, (units, answers)
    rated: BoolArray
    raters: int
    size: int


def dawid_skene(table: RatingTable, *, iterations: int = 100, tolerance: float = 1e-7) -> DawidSkene:
    r"""Find the true values and each rater's confusion matrix by expectation and maximisation (EM).

    Every rater has a confusion matrix of its own, and ratings are independent given the true value: raters
    who copy each other, or share a blind spot, are taken for agreement on the truth. EM starts from the
    shares of votes and finds the nearest maximum of the likelihood.

    Parameters
    ----------
    table : ratings; several by one rater on one unit count each, with their weights
    iterations : most EM steps; 0 gives the shares of votes and the matrices that follow from them
    tolerance : steps end when the log-likelihood of a rating gains less than this

    Returns
    -------
    DawidSkene
        Without a rating all is empty or 0 and `log_likelihood` None.

    Notes
    -----
    With T the probabilities of true values and n the counts of answers:

    .. math:: p_j = \frac 1 I \sum_i T_{ij}, \quad
        \pi^{(k)}_{jl} = \frac{\sum_i T_{ij} n^{(k)}_{il}}{\sum_l \sum_i T_{ij} n^{(k)}_{il}}, \quad
        T_{ij} \propto p_j \prod_k \prod_l (\pi^{(k)}_{jl})^{n^{(k)}_{il}}

    Dawid and Skene (1979), "Maximum likelihood estimation of observer error-rates using the EM algorithm",
    Applied Statistics 28, 20-28, equations 2.3 to 2.5.

    Examples
    --------
    >>> rows = [(unit, rater, unit < 3) for unit in range(6) for rater in "abc"]
    >>> rows += [(unit, "d", True) for unit in range(6)]
    >>> found = dawid_skene(RatingTable.from_records(rows, level="nominal"))
    >>> found.labels[5], found.confusion[3].round(2).tolist()
    (False, [[0.0, 1.0], [0.0, 1.0]])
    """
    if iterations < 0 or not tolerance >= 0:
        raise AgreementError("iterations and tolerance are not negative")
    if len(table.raters) * len(table.categories) ** 2 > MOST_NUMBERS:
        raise AgreementError("so many raters and categories have more confusions than memory")
    votes = _gather(table)
    counts = count_votes(table, np.ones(len(table)) if table.weight is None else table.weight)
    total, rated = counts.sum(axis=1, keepdims=True), votes.rated
    truth = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    taken, settled, last = 0, False, -np.inf
    if not rated.any():
        iterations = 0
    priors, confusion = _maximise(votes, truth)
    while taken < iterations and not settled:
        truth, likelihood = _expect(votes, priors, confusion)
        settled = bool(likelihood - last <= tolerance * total.sum())
        last, taken = likelihood, taken + 1
        priors, confusion = _maximise(votes, truth)
    final = _expect(votes, priors, confusion)[1] if rated.any() else None
    return DawidSkene(
        labels=choose_labels(table, truth),
        probabilities=truth,
        priors=priors,
        confusion=confusion,
        categories=table.categories,
        raters=table.raters,
        log_likelihood=final,
        iterations=taken,
        converged=settled,
    )


def _gather(table: RatingTable) -> _Votes:
    from scipy.sparse import csr_array  # scipy is imported on use

    size = len(table.categories)
    weights = np.ones(len(table)) if table.weight is None else table.weight
    shape = (len(table.units), len(table.raters) * size)
    matrix = csr_array((weights, (table.unit, table.rater * size + table.value)), shape=shape)
    return _Votes(matrix, np.asarray(matrix.sum(axis=1)) > 0, len(table.raters), size)


def _maximise(votes: _Votes, truth: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Priors (categories,) and confusion (raters, true, given) that fit the probabilities best."""
    priors = truth.sum(axis=0) / max(int(votes.rated.sum()), 1)
    counts = (votes.matrix.T @ truth).reshape(votes.raters, votes.size, votes.size).transpose(0, 2, 1)
    total = counts.sum(axis=2, keepdims=True)
    return priors, np.divide(counts, total, out=np.zeros(counts.shape), where=total > 0)


def _expect(votes: _Votes, priors: FloatArray, confusion: FloatArray) -> tuple[FloatArray, float]:
    """Probabilities of true values, (units, categories), and the log-likelihood of all ratings."""
    logs = (
        np.log(np.maximum(confusion, SMALLEST))
        .transpose(0, 2, 1)
        .reshape(votes.raters * votes.size, votes.size)
    )
    joint = np.ascontiguousarray((votes.matrix @ logs).T)
    joint += np.log(np.maximum(priors, SMALLEST))[:, None]
    top = joint.max(axis=0)
    joint -= top
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    likelihood = float((top + np.log(total))[votes.rated].sum())
    joint *= votes.rated / total
    return np.ascontiguousarray(joint.T), likelihood
