"""The signs of a card: each a figure of one rater beside what is usual, and how probable it is by chance."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, IntArray
from evalplatform.agreement.cells import sum_by
from evalplatform.agreement.raters.answers import RaterAnswers
from evalplatform.agreement.raters.exchange import exchange_test

SignName = Literal["agreement", "speed", "side", "length", "lenience", "drift"]
SIGNS: tuple[SignName, ...] = get_args(SignName)
AMONG_OTHERS: frozenset[SignName] = frozenset({"agreement", "speed", "length", "lenience", "drift"})
FEWEST = 5  # ratings that a line through time needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign of one rater.

    Attributes
    ----------
    name : ``agreement`` with the others less theirs among themselves on the same units (difference of shares; on an
        ordered scale, of closeness), named only where less than half of what is usual beyond chance is left, ``speed``
        time taken over that of the others on the same units (a ratio, tested for being fast), ``side`` share of
        verdicts for the answer shown first, ``length`` share of verdicts for the longer answer less that of the
        others on the same pairs, ``lenience`` values less those of the others (points of the scale),
        ``drift`` change of agreement from the first rating to the last, tested for getting worse
    value : None where nothing can be compared
    usual : the value of a rater like the others
    n : ratings compared
    p_value : None where nothing can be compared, and for an agreement of fewer than 5 ratings or 2 peers
    adjusted : p-value adjusted for all signs of all raters of the group under this criterion; None also for a drift
        beside one that goes the other way as clearly: who changed cannot be told
    """

    name: SignName
    value: float | None
    usual: float
    n: int
    p_value: float | None = None
    adjusted: float | None = None

    def stands_out(self, alpha: float = 0.05) -> bool:
        """Whether this is named: were all raters of the group alike, anybody would be with at most this probability."""
        return self.adjusted is not None and self.adjusted <= alpha


def find_sign(name: SignName, answers: RaterAnswers, rater: int) -> Sign:
    """One sign of the rater of this code, not yet adjusted."""
    own, unit = answers.by(rater), answers.table.unit
    match name:
        case "agreement":
            return _find_agreement(answers, rater)
        case "speed":
            return _find_speed(answers, own)
        case "side":
            return _find_side(answers.first[own])
        case "length":
            return _compare("length", answers.longer, unit, own)
        case "lenience":
            return _compare("lenience", answers.numbers, unit, own)
        case "drift":
            return _find_drift(answers, own)


def _compare(name: SignName, scores: FloatArray, unit: IntArray, own: BoolArray) -> Sign:
    found = exchange_test(scores, unit, own)
    p_value = found.p_value if found.n else None
    return Sign(name=name, value=found.difference, usual=0.0, n=found.n, p_value=p_value)


def _find_agreement(answers: RaterAnswers, rater: int) -> Sign:
    found = answers.comparisons[rater]
    return Sign(name="agreement", value=found.difference, usual=0.0, n=found.n, p_value=found.p_value)


def _find_speed(answers: RaterAnswers, own: BoolArray) -> Sign:
    unit = answers.table.unit
    found = exchange_test(answers.paces, unit, own)
    ratio = _median_ratio(answers.logs, unit, own) if found.n else None
    return Sign(name="speed", value=ratio, usual=1.0, n=found.n, p_value=found.below if found.n else None)


def _median_ratio(logs: FloatArray, unit: IntArray, own: BoolArray) -> float:
    """Median over units of the rater's time over the median time of the others."""
    timed = np.isfinite(logs)
    others, mine = np.flatnonzero(timed & ~own), np.flatnonzero(timed & own)
    others = others[np.lexsort((logs[others], unit[others]))]
    count = np.bincount(unit[others], minlength=int(unit.max()) + 1)
    start = (np.cumsum(count) - count)[unit[mine]]
    met = count[unit[mine]] > 0
    start, held, mine = start[met], count[unit[mine]][met], mine[met]
    below, above = logs[others][start + (held - 1) // 2], logs[others][start + held // 2]
    return float(np.exp(np.median(logs[mine] - (below + above) / 2)))


def _find_side(first: FloatArray) -> Sign:
    """The exact binomial test at one half: chance decided which answer was shown first."""
    from scipy.special import bdtr  # scipy is imported on use

    held = first[np.isfinite(first)]
    n, count = len(held), int(held.sum())
    if not n:
        return Sign(name="side", value=None, usual=0.5, n=0)
    p_value = min(1.0, 2 * float(bdtr(min(count, n - count), n, 0.5)))
    return Sign(name="side", value=count / n, usual=0.5, n=n, p_value=p_value)


def _find_drift(answers: RaterAnswers, own: BoolArray) -> Sign:
    r"""The least squares slope over the places 0 to 1 of the rater's own ratings, tested by Student's t.

    What is followed is agreement less the mean of the unit: hard units may come late.
    """
    scores, unit = answers.agreement, answers.table.unit
    here = np.isfinite(scores)
    units = len(answers.table.units)
    size = sum_by(unit[here], np.ones(int(here.sum())), units)
    means = np.divide(sum_by(unit[here], scores[here], units), size, out=np.zeros(units), where=size > 0)
    rows = own & here & np.isfinite(answers.order)
    n = int(rows.sum())
    if n < FEWEST:
        return Sign(name="drift", value=None, usual=0.0, n=n)
    place = np.argsort(np.argsort(answers.order[rows], kind="stable"), kind="stable") / (n - 1)
    return _fit_line(place, scores[rows] - means[unit[rows]])


def _fit_line(place: FloatArray, scores: FloatArray) -> Sign:
    from scipy.special import stdtr  # scipy is imported on use

    n, x, y = len(place), place - place.mean(), scores - scores.mean()
    slope = float(x @ y / (x @ x))
    rest = float(((y - slope * x) ** 2).sum())
    if rest <= 1e-12:
        return Sign(name="drift", value=slope, usual=0.0, n=n, p_value=1.0)
    t = slope / np.sqrt(rest / (n - 2) / (x @ x))
    return Sign(name="drift", value=slope, usual=0.0, n=n, p_value=float(stdtr(n - 2, t)))
