"""Regression with instruments, under the weights of many resamples at once."""

from collections.abc import Sequence

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import sum_by

LEAST_F = 10.0  # Staiger and Stock (1997): a first stage below it leaves the estimate biased
NEAR_SINGULAR = 1e-9


def solve_first(sums: FloatArray) -> FloatArray:
    """First coefficient of each resample, (resamples,), NaN where the causes cannot be told apart.

    Parameters
    ----------
    sums : (k * (k + 1), resamples) sums over rows of each instrument times each of k causes and the target
    """
    size = int(np.sqrt(len(sums)))
    blocks = np.moveaxis(sums.reshape(size, size + 1, -1), 2, 0)
    left, right = blocks[:, :, :size], blocks[:, :, size]
    scale = np.abs(left).max(axis=2, keepdims=True)
    scale = np.where(scale > 0, scale, 1.0)
    left, right = left / scale, right / scale[:, :, 0]
    singular = np.abs(np.linalg.det(left)) < NEAR_SINGULAR
    left[singular] = np.eye(size)
    solved = np.linalg.solve(left, right[:, :, None])[:, 0, 0].astype(np.float64)
    solved[singular] = np.nan
    return solved


def is_weak(
    cause: FloatArray, instrument: FloatArray, others: Sequence[FloatArray], cluster: IntArray
) -> bool:
    """Whether the instrument tells too little of the cause: F below 10, errors clustered."""
    known = np.stack(others, axis=1)
    left_cause, left = (column - known @ _fit(known, column) for column in (cause, instrument))
    weight = float(left @ left)
    if weight < NEAR_SINGULAR:
        return True
    slope = float(left @ left_cause) / weight
    codes = np.unique(cluster, return_inverse=True)[1]
    scores = sum_by(codes, left * (left_cause - slope * left), int(codes.max()) + 1)
    error = float(scores @ scores) / weight**2
    return not slope**2 >= LEAST_F * error


def _fit(known: FloatArray, column: FloatArray) -> FloatArray:
    return np.linalg.lstsq(known, column, rcond=None)[0].astype(np.float64)
