"""Logistic regression of shares, with what each cluster adds to its error."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.results import Undefined

STEPS = 40  # a fit that exists takes fewer than ten
CLOSE = 1e-9
FAR = 1e12


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class LogitFit:
    """Coefficients, and the influence of each cluster on them, scaled for few clusters.

    Attributes
    ----------
    coefficients : (k,) log odds for one unit of each column
    influence : (k, clusters); the sum of their squares is the squared standard error
    """

    coefficients: FloatArray
    influence: FloatArray


def fit_logit(
    columns: FloatArray, target: FloatArray, weight: FloatArray, cluster: IntArray, clusters: int
) -> LogitFit | Undefined:
    """Fit shares in [0, 1] by maximum likelihood (Newton), errors clustered.

    Parameters
    ----------
    columns : (rows, k) with the intercept
    target, weight, cluster : (rows,)
    clusters : number of codes that `cluster` may hold

    Notes
    -----
    Sandwich of Liang and Zeger (1986), Biometrika 73, 13-22, times G / (G - 1) * (n - 1) / (n - k).
    """
    from scipy.special import expit  # scipy is imported on use

    rows, size = columns.shape
    if np.linalg.matrix_rank(columns) < size:
        return "collinear"
    held = np.zeros(size)
    for _ in range(STEPS):
        fitted = expit(columns @ held)
        curvature = (columns * (weight * fitted * (1 - fitted))[:, None]).T @ columns
        if not np.linalg.cond(curvature) < FAR:
            return "perfect_separation"
        step = np.linalg.solve(curvature, columns.T @ (weight * (target - fitted)))
        held = held + step
        if np.abs(step).max() < CLOSE:
            break
    else:
        return "perfect_separation"
    left = weight * (target - expit(columns @ held))
    scores = np.stack([sum_by(cluster, left * column, clusters) for column in columns.T])
    groups = len(np.unique(cluster))
    allowance = groups / max(groups - 1, 1) * (rows - 1) / max(rows - size, 1)
    return LogitFit(coefficients=held, influence=np.sqrt(allowance) * np.linalg.solve(curvature, scores))
