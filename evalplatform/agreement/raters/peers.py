"""Does a rater agree less than its peers, as far as they differ among themselves anyway?"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.raters.closeness import chance_closeness, find_closeness
from evalplatform.agreement.table import RatingTable

FEWEST = 5  # ratings that two others gave too, of a rater who is tested or is a peer
NO_PEER = 1 / 3  # of what is usual beyond chance: whoever has less says nothing of how honest people differ
MATERIAL = 1 / 2  # of the same: whoever has more is less able, or harder to please, and is not named
WIDENED = 1.5  # spread between few peers is often estimated too small
TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A rater's agreement against that of its peers.

    Attributes
    ----------
    difference : own agreement with the others on each unit less theirs among themselves, -1 to 1; None without a
        unit that two others rated too, and without two peers
    n : ratings compared, of units that two others rated too
    p_value : how probable so little is for one more of the peers; 1 where the rater has at least half of what is
        usual beyond chance, and where that is nothing; None without two peers, and for fewer than 5 ratings
    """

    difference: float | None
    n: int
    p_value: float | None = None


def compare_with_peers(table: RatingTable) -> tuple[Comparison, ...]:
    r"""Hold the agreement of each rater against that of the other persons, who need not be equally able.

    Parameters
    ----------
    table : ratings, each rater once a unit

    Returns
    -------
    tuple of Comparison
        In the order of the table's raters.

    Notes
    -----
    Agreement of a rating is its mean closeness to the others on the unit, less theirs to each other. For raters who
    are alike its mean is 0 on every unit, so nobody is charged with being dealt hard tasks. With :math:`d` the
    rater's mean of these less that of k peers, :math:`v` the variance of :math:`d` as units differ, and
    :math:`\tau^2` the variance between peers,

    .. math:: t = \frac{-d}{\sqrt{v + 1.5 \, \tau^2 (1 + \sum_s c_s^2)}}

    is held against Student's distribution, with the degrees of freedom of Satterthwaite (1946), Biometrics Bulletin
    2, 110-114, of which :math:`v` has infinitely many. The variance of the rater's own ratings is that of others
    whose companions are as close to each other: a least squares line for units of equally many ratings, fitted
    without the rater. :math:`\tau^2` is estimated as by DerSimonian and Laird (1986), Controlled Clinical Trials 7,
    177-188, and :math:`c_s` are their weights; 1.5 widens estimates that are positive: where they are 0 nothing is
    added, and few peers are then taken to be alike. A rater is an outlier of a distribution and not of a number, as
    in Spiegelhalter (2005), Quality and Safety in Health Care 14, 347-351. Few answers are skewed: t is lessened
    after Cornish and Fisher (1938), Revue de l'Institut International de Statistique 5, 307-320, first term.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.raters import compare_with_peers
    >>> rows = [(unit, rater, (unit + unit // 2 * (rater == "d")) % 2) for unit in range(40) for rater in "abcd"]
    >>> found = compare_with_peers(RatingTable.from_records(rows, level="nominal"))
    >>> round(found[3].difference, 6), found[3].n, found[3].p_value < 0.001, found[0].p_value
    (-0.5, 40, True, 1.0)
    """
    size = np.bincount(table.unit, minlength=len(table.units))
    table = table.keep(size[table.unit] > 2)  # two are always as close to each other: neither is the odd one
    close = find_closeness(table)
    rows = _Rows(
        unit=table.unit,
        rater=table.rater,
        own=close.own,
        among=close.among,
        size=close.size.astype(np.int64),
        raters=len(table.raters),
    )
    count = np.bincount(rows.rater, minlength=rows.raters)
    means = np.divide(
        sum_by(rows.rater, rows.own, rows.raters), count, out=np.full(rows.raters, np.nan), where=count > 0
    )
    gained = means - chance_closeness(table)
    persons = np.array([kind == "person" for kind in table.kinds], dtype=np.bool_) & (count >= FEWEST)
    return tuple(
        _compare(rows, rater, gained, persons, int(count[rater])) for rater in range(len(table.raters))
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class _Rows:
    """Ratings of units that two others rated too, (n,) each."""

    unit: IntArray
    rater: IntArray
    own: FloatArray
    among: FloatArray
    size: IntArray
    raters: int


def _compare(rows: _Rows, rater: int, gained: FloatArray, persons: BoolArray, n: int) -> Comparison:
    others = persons.copy()
    others[rater] = False
    if not n:
        return Comparison(difference=None, n=0)
    usual = float(np.median(gained[others])) if others.any() else np.nan
    peers = others & (gained >= NO_PEER * usual)
    if peers.sum() < 2:
        peers = others
    if peers.sum() < 2:
        return Comparison(difference=None, n=n)
    fit = _Fit.of(rows, rater, peers)
    p_value = None if n < FEWEST else 1.0
    if n >= FEWEST and usual > 0 and gained[rater] < MATERIAL * usual:
        p_value = fit.find_p_value()
    return Comparison(difference=fit.mean, n=n, p_value=p_value)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Fit:
    """A rater beside its peers, as the variance that is expected of both is fitted without the rater.

    Attributes
    ----------
    mean : the rater's agreement less that of the others among themselves
    short : by how much that is less than the peers' mean of the same
    n : ratings of the rater
    varies : variance of `short` as units differ
    spread : variance of one more peer's around the mean of the peers, as they differ among themselves
    freedom : degrees of freedom of `spread`
    skew : of the peers' single ratings
    """

    mean: float
    short: float
    n: int
    varies: float
    spread: float
    freedom: float
    skew: float

    @classmethod
    def of(cls, rows: _Rows, rater: int, peers: BoolArray) -> Self:
        """Fit the lines of variance, the peers' spread and what the rater falls short by."""
        own, near = rows.rater == rater, peers[rows.rater]
        apart = rows.own - rows.among  # of one unit: nobody is charged with hard tasks
        usual = np.maximum(_fit_lines(rows, apart**2, ~own), 0.0)
        count = np.maximum(np.bincount(rows.rater, minlength=rows.raters), 1)
        mean, expected = (sum_by(rows.rater, held, rows.raters) / count for held in (apart, usual))
        shift = (apart - mean[rows.rater]) / np.sqrt(count * np.maximum(count - 1, 1))[rows.rater]
        variance = np.maximum(expected, TINY) / count
        spread = find_spread(mean, shift, rows.rater, rows.unit, np.where(peers, 1 / variance, 0.0))
        weight = np.where(peers, 1 / (variance + spread), 0.0)
        weight /= weight.sum()
        n, short = int(count[rater]), float(weight @ mean - mean[rater])
        by_unit = sum_by(rows.unit[near], (weight[rows.rater] * shift)[near], int(rows.unit.max()) + 1)
        moved, lone = _rescale(shift[own], float(variance[rater]))
        by_unit[rows.unit[own]] -= moved
        varies = max(float(by_unit @ by_unit) + lone, short**2 / n, TINY)
        return cls(
            mean=float(mean[rater]),
            short=short,
            n=n,
            varies=varies,
            spread=WIDENED * spread * (1 + float(weight @ weight)),
            freedom=float(1 / (weight @ weight)) - 1,
            skew=_find_skew(apart[near]),
        )

    def find_p_value(self) -> float:
        """How probable it is for one more of the peers to fall this short."""
        from scipy.special import ndtr, stdtr  # scipy is imported on use

        total = self.varies + self.spread
        t = self.short / np.sqrt(total)
        bent = max(0.0, -self.skew) / (6 * np.sqrt(self.n))
        if bent:
            t = min(t, 1 / (2 * bent))
            t -= bent * max(0.0, t * t - 1)
        if self.spread <= TINY:
            return float(ndtr(-t))
        return float(stdtr(max(self.freedom, 1.0) * (total / self.spread) ** 2, -t))


def _fit_lines(rows: _Rows, values: FloatArray, fitted: BoolArray) -> FloatArray:
    """Expected values by how close the others are to each other, a line for each size of a unit, (n,)."""
    sizes = int(rows.size.max()) + 1
    group, x, y = rows.size[fitted], rows.among[fitted], values[fitted]
    count = np.maximum(np.bincount(group, minlength=sizes), 1)
    mean_x, mean_y = (sum_by(group, held, sizes) / count for held in (x, y))
    off = x - mean_x[group]
    square = sum_by(group, off * off, sizes)
    slope = np.divide(sum_by(group, off * y, sizes), square, out=np.zeros(sizes), where=square > TINY)
    return np.asarray(mean_y[rows.size] + slope[rows.size] * (rows.among - mean_x[rows.size]))


def find_spread(
    mean: FloatArray, shift: FloatArray, rater: IntArray, unit: IntArray, weight: FloatArray
) -> float:
    """Variance between raters beyond what their units make of it, by the method of moments.

    Parameters
    ----------
    mean : (raters,) of each
    shift : (n,) by how much each rating moves the mean of its rater away from where it is expected; raters who share
        units move together
    rater, unit : (n,) codes
    weight : (raters,) of each mean, 0 for whoever is left out

    Returns
    -------
    float
        0 or more. Where no unit is shared and each weighs one by its variance, that of DerSimonian and Laird.
    """
    total = float(weight.sum())
    seen = float(weight @ (mean - weight @ mean / total) ** 2)
    moved = weight[rater] * shift
    units = sum_by(unit, moved, int(unit.max()) + 1)
    by_chance = float(moved @ shift) - float(units @ units) / total
    return max(0.0, (seen - by_chance) / (total - float(weight @ weight) / total))


def _rescale(shift: FloatArray, variance: float) -> tuple[FloatArray, float]:
    """The rater's own shifts with this variance, and what is left of it where they do not vary."""
    held = float(shift @ shift)
    return (shift * np.sqrt(variance / held), 0.0) if held > TINY else (shift * 0.0, variance)


def _find_skew(values: FloatArray) -> float:
    off = values - values.mean()
    square = float((off * off).mean())
    return float((off**3).mean()) / square**1.5 if square > TINY else 0.0
