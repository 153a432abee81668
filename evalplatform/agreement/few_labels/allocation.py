"""Which units to give to people: a probability for each, higher where a label teaches more."""

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.few_labels.samples import Numbers, as_numbers

PRIOR = 5.0  # labels that the spread of all verdicts weighs beside those of one
LEAST = 1e-9  # of the largest score: a unit of score 0 is asked only where all others already are
BINS = 10


def allocate_labels(
    scores: Numbers, *, size: float, floor: float, among: Numbers | None = None
) -> FloatArray:
    r"""Probability with which each unit is to be given to people, each drawn by itself (Poisson sampling).

    Parameters
    ----------
    scores : (n,) 0 or more: how much a label would teach, such as the expected spread of labels around the judge's
        verdict. All equal: everybody the same probability
    size : labels expected in all, above 0
    floor : least probability of a unit, above 0 and at most 1: without it some units would never be heard of
    among : (n,) 1 for the units that may be drawn now; None: all. Only these make up `size`, the others are told
        what they would have had

    Returns
    -------
    FloatArray
        (n,) within [floor, 1], proportional to the scores between the two, with the sum `size` over `among`.
        Where the floor alone exceeds `size`, or there are fewer units than `size`: AgreementError.

    Notes
    -----
    .. math:: \pi_i = \min(1, \max(\mathrm{floor}, c\, s_i)), \quad \sum_i \pi_i = \mathrm{size}

    The variance of a mean weighted by 1 / pi is smallest with pi proportional to the spread of what is weighed:
    Neyman (1934), On the two different aspects of the representative method; Zrnic and Candes (2024), Active
    statistical inference (arXiv 2403.03208), who also mix in a uniform part.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import allocate_labels
    >>> allocate_labels([0, 1, 2, 7], size=2, floor=0.1).round(3).tolist()
    [0.1, 0.3, 0.6, 1.0]
    """
    held = as_numbers(scores)
    drawn = np.ones(len(held), dtype=np.bool_) if among is None else as_numbers(among) > 0
    _check(held, drawn, size, floor)
    lifted = np.maximum(held, LEAST * held.max()) if held.max() > 0 else np.ones(len(held))
    factor = _find_factor(lifted[drawn], size, floor)
    chances: FloatArray = np.clip(factor * lifted, floor, 1.0)
    return chances


def expect_spread(human: Numbers, judge: Numbers) -> FloatArray:
    """How far people's label of each unit is expected to lie from what the judge's verdict foretells.

    Parameters
    ----------
    human : (n,) a label of each unit, NaN or None where there is none
    judge : (n,) the judge's verdict, a number; NaN or None where it has none

    Returns
    -------
    FloatArray
        (n,) 0 or more, NaN where the judge has no verdict: the root mean square distance of labels from the straight
        line that fits them best, among units of the same verdict (of the same tenth of the verdicts where they take
        more than ten values). Each group is drawn to the whole as if five labels of the whole were in it. Without a
        label: 1 for all. The line is what `ppi_mean` takes off, so that this is the spread that its labels are for.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import expect_spread
    >>> expect_spread([1, 1, 0, 1, None, None], [1, 1, 0, 0, 0, 1]).round(3).tolist()
    [0.299, 0.299, 0.401, 0.401, 0.401, 0.299]
    """
    labels, verdicts = as_numbers(human), as_numbers(judge)
    if len(labels) != len(verdicts):
        raise AgreementError("human and judge must have one entry a unit")
    both = np.isfinite(labels) & np.isfinite(verdicts)
    spread = np.where(np.isfinite(verdicts), 1.0, np.nan)
    if not both.any():
        return spread
    square = (labels - _fit_line(labels[both], verdicts[both], verdicts)) ** 2
    whole = float(square[both].mean())
    groups = _group(verdicts)
    for group in np.unique(groups[np.isfinite(verdicts)]):
        inside = groups == group
        seen = square[inside & both]
        spread[inside] = np.sqrt((seen.sum() + PRIOR * whole) / (len(seen) + PRIOR))
    return spread


def _check(scores: FloatArray, drawn: BoolArray, size: float, floor: float) -> None:
    if not len(scores) or not np.isfinite(scores).all() or (scores < 0).any():
        raise AgreementError("scores are finite numbers of 0 or more, at least one")
    if len(drawn) != len(scores):
        raise AgreementError("among must have one entry a unit")
    if not 0 < floor <= 1:
        raise AgreementError("the floor lies above 0 and at most at 1")
    units = int(drawn.sum())
    if not 0 < size <= units:
        raise AgreementError(f"size lies above 0 and at most at {units}, the units that may be drawn")
    if floor * units > size * (1 + 1e-12):
        raise AgreementError(f"a floor of {floor:g} alone asks for {floor * units:g} labels of {units} units")


def _find_factor(scores: FloatArray, size: float, floor: float) -> float:
    """The c of the formula, by halving: the sum rises with it."""
    low, high = 0.0, 1 / float(scores.min())
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if np.clip(middle * scores, floor, 1).sum() < size else (low, middle)
    return high


def _fit_line(labels: FloatArray, verdicts: FloatArray, at: FloatArray) -> FloatArray:
    """Least squares of labels on verdicts, told at other verdicts; their mean where all verdicts are the same."""
    away = verdicts - verdicts.mean()
    varied = float(away @ away)
    slope = float(away @ labels) / varied if varied > 1e-24 else 0.0
    line: FloatArray = labels.mean() + slope * (at - verdicts.mean())
    return line


def _group(verdicts: FloatArray) -> FloatArray:
    """The same number for verdicts that go together, NaN for none."""
    known = verdicts[np.isfinite(verdicts)]
    if len(np.unique(known)) <= BINS:
        return verdicts
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(np.isfinite(verdicts), np.searchsorted(edges, verdicts, side="right"), np.nan)
