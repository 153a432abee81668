"""The maximum of a likelihood, for many resamples at once."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.ranking.counts import Counts
from evalplatform.agreement.ranking.models import PairModel
from evalplatform.agreement.resampling import BLOCK

STEPS = 200  # of Newton's method; from equal strengths it takes about ten
CHORD_STEPS = 30
EXACT = 1e-11  # largest last step of a fit of the data
CLOSE = 1e-2  # and of a resample, in standard errors
FEW_PARAMETERS = 200
LONGEST = 2.0  # longest step, on the log scale


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Fit:
    """Where a likelihood has its maximum.

    Attributes
    ----------
    at : (parameters,) strengths with mean zero, and the parameter of ties
    inverse : (parameters, parameters) inverse of the information, of strengths with mean zero
    """

    at: FloatArray
    inverse: FloatArray


def fit_data(model: PairModel, counts: Counts) -> Fit | None:
    """Fit the data, one resample; None where the likelihood has no maximum."""
    if not model.has_maximum(counts)[0]:
        return None
    at = _go_newton(model, counts, model.start(counts), EXACT)
    inverse = np.linalg.inv(_fix_mean(model.information(counts, at), counts.systems)[0])
    inverse[: counts.systems, : counts.systems] -= 1 / counts.systems
    return Fit(at=at[:, 0], inverse=inverse)


def fit_resamples(model: PairModel, counts: Counts, fit: Fit) -> FloatArray:
    """Fit resamples, beginning from the fit of the data, (parameters, R); NaN where there is no maximum.

    The steps take the curvature of the data, which that of a resample is near to, so that one inverse serves
    all; the few that do not settle are fitted with their own.
    """
    found = np.full((len(fit.at), counts.won.shape[1]), np.nan)
    held = np.flatnonzero(model.has_maximum(counts))
    open_counts = counts.take(held) if len(held) < counts.won.shape[1] else counts
    at = np.repeat(fit.at[:, None], len(held), axis=1)
    close = CLOSE * float(np.sqrt(np.diag(fit.inverse).min()))
    for _ in range(CHORD_STEPS):
        if not len(held):
            return found
        step = _shorten(model, _multiply(fit.inverse, model.score(open_counts, at)), at)
        at = at + step
        left = ~(np.abs(step).max(axis=0) < close)
        found[:, held] = at
        if 2 * left.sum() <= len(left):
            held, at, open_counts = held[left], at[:, left], open_counts.take(np.flatnonzero(left))
    for part in np.array_split(np.arange(len(held)), 1 + len(held) * len(fit.at) ** 2 // BLOCK):
        start = np.repeat(fit.at[:, None], len(part), axis=1)
        found[:, held[part]] = _go_newton(model, open_counts.take(part), start, close)
    return found


def _multiply(inverse: FloatArray, slopes: FloatArray) -> FloatArray:
    """Matrix product; the threads of BLAS cost more than they save where it is small."""
    if len(inverse) <= FEW_PARAMETERS:
        product: FloatArray = np.einsum("ij,jr->ir", inverse, slopes)
    else:
        product = inverse @ slopes
    return product


def _go_newton(model: PairModel, counts: Counts, at: FloatArray, tolerance: float) -> FloatArray:
    for _ in range(STEPS):
        curved = _fix_mean(model.information(counts, at), counts.systems)
        straight = np.linalg.solve(curved, model.score(counts, at).T[..., None])[..., 0]
        step = _shorten(model, straight.T.astype(np.float64, copy=False), at)
        at = at + step
        if np.abs(step).max(initial=0.0) < tolerance:
            return at
    return at


def _shorten(model: PairModel, step: FloatArray, at: FloatArray) -> FloatArray:
    reach = np.abs(step).max(axis=0, initial=0.0)
    return model.limit(step * (LONGEST / np.maximum(reach, LONGEST)), at)


def _fix_mean(information: FloatArray, systems: int) -> FloatArray:
    """Make the information regular: it says nothing of the mean strength, which is held at zero."""
    held = information.copy()
    held[:, :systems, :systems] += 1 / systems
    return held
