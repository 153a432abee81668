"""Is a rater one of the others? A test that needs nothing but that any of a unit's raters could have been any other."""

from dataclasses import dataclass

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import sum_by

STEPS = 80  # of the search at most; whatever it stops at is a valid bound
FLAT = 1e-9  # slope, in widest distances, at which it stops
MOST = 500.0  # exponent up to which nothing overflows


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A rater's scores against those of the others on the same units.

    Attributes
    ----------
    difference : mean over units of the own score less the mean of the others; None without such a unit
    n : units that others scored too
    above, below : at most how probable a sum of scores this high, or this low, is for one of the others
    """

    difference: float | None
    n: int
    above: float
    below: float

    @property
    def p_value(self) -> float:
        """Both directions at once."""
        return min(1.0, 2 * min(self.above, self.below))


def exchange_test(scores: FloatArray, unit: IntArray, own: BoolArray) -> Exchange:
    r"""Compare a rater with the others on the same units, whatever the scores are distributed like.

    Parameters
    ----------
    scores : (n,) numbers; NaN is left out
    unit : (n,) codes from 0
    own : (n,) which are the rater's, at most one a unit

    Returns
    -------
    Exchange
        `above` and `below` are never smaller than the exact p-value of drawing, in every unit by itself, one of
        its scores with equal chances: they err to the side of saying nothing.

    Notes
    -----
    With :math:`z_{ui}` the m scores of unit u and :math:`z_u` the rater's, for any t > 0

    .. math:: P\Big(\sum_u Z_u \ge \sum_u z_u\Big) \le \prod_u \frac 1 m \sum_i e^{t (z_{ui} - z_u)}

    and the smallest of these is given. Chernoff (1952), Annals of Mathematical Statistics 23, 493-507.

    Examples
    --------
    >>> import numpy as np
    >>> from evalplatform.agreement.raters import exchange_test
    >>> unit, rater = np.repeat(np.arange(6), 3), np.tile(np.arange(3), 6)
    >>> found = exchange_test((rater == 0) * 1.0, unit, rater == 0)
    >>> found.difference, found.n, round(found.above * 3 ** 6, 6), found.below
    (1.0, 6, 1.0, 1.0)
    """
    here = np.isfinite(scores)
    if not (here & own).any():
        return Exchange(difference=None, n=0, above=1.0, below=1.0)
    scores, unit, own = scores[here], unit[here], own[here]
    units = int(unit.max()) + 1
    size = sum_by(unit, np.ones(len(unit)), units)
    mine = sum_by(unit[own], scores[own], units)
    met = (sum_by(unit[own], np.ones(int(own.sum())), units) > 0) & (size > 1)
    if not met.any():
        return Exchange(difference=None, n=0, above=1.0, below=1.0)
    others = (sum_by(unit, scores, units)[met] - mine[met]) / (size[met] - 1)
    held = met[unit]
    code = (np.cumsum(met) - 1)[unit[held]]
    apart = scores[held] - mine[unit[held]]
    return Exchange(
        difference=float((mine[met] - others).mean()),
        n=int(met.sum()),
        above=_bound(apart, code, size[met]),
        below=_bound(-apart, code, size[met]),
    )


def _bound(apart: FloatArray, unit: IntArray, size: FloatArray) -> float:
    """Smallest of the bounds over t, whose logarithm is convex: Newton's steps towards where its slope is 0."""
    widest = float(np.abs(apart).max())
    if not widest:
        return 1.0
    low, high, t = 0.0, MOST / widest, 0.0
    found = 0.0
    for _ in range(STEPS):
        weight = np.exp(t * apart)
        total = sum_by(unit, weight, len(size))
        found = min(found, float(np.log(total / size).sum()))
        mean = sum_by(unit, weight * apart, len(size)) / total
        slope = float(mean.sum())
        if (t == 0.0 and slope >= 0) or (t == high and slope <= 0) or abs(slope) <= FLAT * widest:
            break
        low, high = (low, t) if slope > 0 else (t, high)
        bent = float((sum_by(unit, weight * apart**2, len(size)) / total - mean**2).sum())
        t = min(t - slope / bent, high) if bent > 0 else high
        t = t if low < t <= high else (low + high) / 2
    return float(np.exp(found))
