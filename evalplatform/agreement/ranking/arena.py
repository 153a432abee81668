"""Arena-hard's figures of how well a benchmark tells systems apart, under their own names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.results import Estimate

Limits = Mapping[str, tuple[float, float]]


def separability_with_confidence(limits: Limits) -> Estimate:
    """Share of pairs of systems whose intervals do not meet.

    A benchmark that scores the same items tells more pairs apart than this says: see `separate_systems`.

    Parameters
    ----------
    limits : lower and upper limit of each system

    Returns
    -------
    Estimate
        In [0, 1], without an interval; ``n`` counts pairs. Undefined: ``no_pairable_units`` (fewer than two).

    Notes
    -----
    Li et al. (2024), "From Crowdsourced Data to High-Quality Benchmarks", arXiv:2406.11939, section 3.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import separability_with_confidence
    >>> held = {"a": (0.60, 0.70), "b": (0.55, 0.65), "c": (0.40, 0.50), "d": (0.38, 0.52)}
    >>> round(separability_with_confidence(held).estimate, 4)
    0.6667
    """
    return _average(np.abs(_compare(limits, sorted(limits))).astype(np.float64), "pairs")


def agreement_with_confidence(limits: Limits, reference: Limits) -> Estimate:
    """Of the pairs that a reference separates, how far a benchmark says the same.

    Parameters
    ----------
    limits, reference : lower and upper limit of each system by the benchmark, and by what it is held against; only
        systems that both have are compared

    Returns
    -------
    Estimate
        In [-1, 1]: the mean of 1 where both separate a pair the same way, -1 where opposite ways, 0 where the
        benchmark does not; without an interval. ``n`` counts pairs that the reference separates. Undefined:
        ``no_pairable_units`` (none).

    Notes
    -----
    Li et al. (2024), arXiv:2406.11939, section 3.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import agreement_with_confidence
    >>> held = {"a": (0.6, 0.7), "b": (0.4, 0.5), "c": (0.45, 0.55)}
    >>> agreement_with_confidence(held, {"a": (1100, 1120), "b": (1000, 1010), "c": (900, 950)}).estimate
    0.6666666666666666
    """
    names = sorted(set(limits) & set(reference))
    ours, theirs = _compare(limits, names), _compare(reference, names)
    return _average((ours * theirs)[theirs != 0].astype(np.float64), "pairs")


def pair_rank_brier(probabilities: Sequence[float], outcomes: Sequence[float]) -> Estimate:
    r"""Brier score of stated probabilities that one system of a pair ranks above the other.

    Parameters
    ----------
    probabilities : (pairs,) in [0, 1]
    outcomes : (pairs,) 1 where it does, 0 where not

    Returns
    -------
    Estimate
        In [0, 1], 0 is best, a quarter is what always saying one half gets; without an interval. Undefined:
        ``no_pairable_units`` (none).

    Notes
    -----
    .. math:: \frac{1}{n} \sum (\hat p - y)^2

    Li et al. (2024), arXiv:2406.11939, section 3.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import pair_rank_brier
    >>> round(pair_rank_brier([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0]).estimate, 4)
    0.0375
    """
    stated, seen = (np.asarray(values, dtype=np.float64) for values in (probabilities, outcomes))
    if stated.shape != seen.shape:
        raise AgreementError("the columns differ in length")
    if not ((stated >= 0) & (stated <= 1)).all() or not np.isin(seen, (0.0, 1.0)).all():
        raise AgreementError("probabilities lie between 0 and 1, and outcomes are 0 or 1")
    return _average((stated - seen) ** 2, "pairs")


def _compare(limits: Limits, names: Sequence[str]) -> IntArray:
    """1 where the first of a pair lies above the second, -1 where below, 0 where they meet, (pairs,)."""
    held = np.array([limits[name] for name in names], dtype=np.float64).reshape(-1, 2)
    if not (held[:, 0] <= held[:, 1]).all():
        raise AgreementError("limits are a lower and an upper number")
    one, other = np.triu_indices(len(names), 1)
    above, below = held[one, 0] > held[other, 1], held[one, 1] < held[other, 0]
    found: IntArray = above.astype(np.int64) - below
    return found


def _average(values: FloatArray, unit: str) -> Estimate:
    base = start_estimate(n=len(values), n_unit=unit, excluded={})
    if not len(values):
        return replace(base, undefined="no_pairable_units")
    return replace(base, estimate=float(values.mean()))
