"""Making stated probabilities come true: a curve fitted on other items than those it is used on."""

from typing import Literal

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels
from evalplatform.agreement.confidence.outcomes import Outcomes
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.moments import code_clusters, read_column

Curve = Literal["platt", "isotonic"]
CERTAIN = 1e-6  # a probability nearer to 0 or 1 counts as this far away on the log-odds scale
STEPS, CLOSE = 100, 1e-10


def recalibrate(
    probabilities: Labels,
    outcomes: Labels,
    *,
    clusters: Labels | None = None,
    curve: Curve = "platt",
    folds: int = 5,
    seed: int = 0,
) -> FloatArray:
    r"""Recalibrated probabilities, each from a curve fitted without its own item (cross-fitting).

    Parameters
    ----------
    probabilities : (n,) stated, in [0, 1]
    outcomes : (n,) 1 where it came true, 0, or None where it is not known: such rows are given a probability by the
        curve of the other parts and teach nothing
    clusters : (n,) the items, which stay together; None: every row is its own
    curve : ``platt`` is a logistic curve of the log odds, for few labels; ``isotonic`` any rising step, for many
    folds : how many parts the items are dealt into at random, 2 or more
    seed : of the dealing

    Returns
    -------
    (n,) array
        In [0, 1], in the order of the input. Where the other parts hold one outcome only, its smoothed share
        (k + 1) / (n + 2).

    Notes
    -----
    .. math:: p' = \frac{1}{1 + e^{-(a + b \log(p / (1 - p)))}}

    Platt (1999), with his smoothed targets; isotonic by pooling adjacent violators, Zadrozny and Elkan (2002), KDD.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import recalibrate
    >>> found = recalibrate([0.9] * 400 + [0.1] * 400, [1, 0] * 200 + [0, 0, 0, 1] * 100)
    >>> bool(abs(found[:400].mean() - 0.5) < 0.05), bool(abs(found[400:].mean() - 0.25) < 0.05)
    (True, True)
    """
    if folds < 2:
        raise AgreementError("two folds are the least")
    if curve not in CURVES:
        raise AgreementError(f"no such curve: {curve}")
    stated = read_column(probabilities, "probabilities")
    known = ~np.isnan(read_column(outcomes, "outcomes"))
    if np.isnan(stated).any():
        raise AgreementError("a probability is missing")
    cluster = code_clusters(clusters, len(stated))
    Outcomes.read(probabilities, outcomes)
    part = _deal(cluster, folds, seed)
    answer = np.array([0.0 if value is None else value for value in outcomes], dtype=np.float64)
    found = np.empty(len(stated))
    for fold in range(folds):
        inside, taught = part == fold, (part != fold) & known
        found[inside] = CURVES[curve](stated[taught], answer[taught], stated[inside])
    return found


def _deal(cluster: IntArray, folds: int, seed: int) -> IntArray:
    clusters = int(cluster.max(initial=-1)) + 1
    dealt = np.random.Generator(np.random.PCG64(seed)).permutation(clusters) % folds
    return dealt[cluster]


def _fit_platt(stated: FloatArray, outcome: FloatArray, asked: FloatArray) -> FloatArray:
    """Newton's method on two parameters; a step that goes too far is halved."""
    n, hits = len(outcome), float(outcome.sum())
    if hits in (0, n):
        return _smooth(outcome, asked)
    target = np.where(outcome == 1, (hits + 1) / (hits + 2), 1 / (n - hits + 2))
    design = np.column_stack([np.ones(n), _log_odds(stated)])
    ridge = 1e-9 * np.eye(2)  # where all are stated alike, the slope has no say
    weights = np.zeros(2)
    for _ in range(STEPS):
        rate = _logistic(design @ weights)
        curvature = (design * (rate * (1 - rate))[:, None]).T @ design + ridge
        move = np.linalg.solve(curvature, design.T @ (target - rate))
        while _likelihood(design @ (weights + move), target) < _likelihood(design @ weights, target) - CLOSE:
            move = move / 2
        weights = weights + move
        if float(np.abs(move).max()) < CLOSE:
            break
    return _logistic(weights[0] + weights[1] * _log_odds(asked))


def _likelihood(log_odds: FloatArray, target: FloatArray) -> float:
    return float((target * log_odds - np.logaddexp(0, log_odds)).sum())


def _fit_isotonic(stated: FloatArray, outcome: FloatArray, asked: FloatArray) -> FloatArray:
    from scipy.optimize import isotonic_regression  # scipy is imported on use

    if float(outcome.sum()) in (0, len(outcome)):
        return _smooth(outcome, asked)
    distinct, place = np.unique(stated, return_inverse=True)
    counts = np.bincount(place)
    steps = isotonic_regression(np.bincount(place, outcome) / counts, weights=counts).x
    found: FloatArray = np.interp(asked, distinct, steps)
    return found


def _smooth(outcome: FloatArray, asked: FloatArray) -> FloatArray:
    return np.full(len(asked), (float(outcome.sum()) + 1) / (len(outcome) + 2))


def _log_odds(probability: FloatArray) -> FloatArray:
    held = np.clip(probability, CERTAIN, 1 - CERTAIN)
    found: FloatArray = np.log(held) - np.log1p(-held)
    return found


def _logistic(log_odds: FloatArray) -> FloatArray:
    found: FloatArray = 1 / (1 + np.exp(-np.clip(log_odds, -700, 700)))
    return found


CURVES = {"platt": _fit_platt, "isotonic": _fit_isotonic}
