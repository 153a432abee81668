"""Win rates as they would be if answers were of equal length."""

from dataclasses import asdict, dataclass, replace
from typing import Literal, Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels, encode_labels
from evalplatform.agreement.columns import check_lengths, find_present, take
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import deal_clusters
from evalplatform.agreement.ranking.comparisons import read_shares
from evalplatform.agreement.ranking.models import expit
from evalplatform.agreement.ranking.spread import Spread, find_spread
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings

Penalty = Literal["l2", "l1"]
STEPS, EXACT, LONGEST = 200, 1e-12, 2.0
LEAST_ON_A_SIDE = 2  # verdicts where the answer is no longer, and no shorter, than the baseline's


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthControlledRate:
    """A win rate with what length explains taken off.

    Parameters
    ----------
    rate : win rate at equal length
    raw : the plain one
    length_effect : coefficient of the length term, in log odds from equal length to much longer; None where
        undefined
    length_spread : standard deviation of the differences of length, in their unit; None where there is none
    longer : share of the verdicts where the system's answer is the longer one; None without verdicts
    """

    rate: Estimate
    raw: float | None
    length_effect: float | None
    length_spread: float | None
    longer: float | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def length_controlled_win_rate(
    wins: Labels,
    lengths: Labels,
    baseline_lengths: Labels,
    *,
    items: Labels | None = None,
    penalty: Penalty = "l2",
    strength: float = 1.0,
    **interval: Unpack[IntervalOptions],
) -> LengthControlledRate:
    r"""Win rate against a baseline as it would be if both answers were equally long.

    Parameters
    ----------
    wins : (n,) probability that the system wins, in [0, 1], or preferences with the system as the first; None and
        NaN are left out and counted
    lengths, baseline_lengths : (n,) lengths of both answers, in any unit
    items : the item of each; without it each is an item of its own
    penalty, strength : what keeps the length term small: ``l2`` half its square, ``l1`` its size, times `strength`
    interval : `inference` (``these_raters`` or None), `resamples`, `seed`, `confidence`

    Returns
    -------
    LengthControlledRate
        In [0, 1]; ``n`` counts verdicts. Undefined: ``no_pairable_units`` (none), ``no_length_overlap`` (the system
        is longer, or shorter, on all items but one: what it would win at equal length is not in the data),
        ``no_variation`` (it always wins, or always loses), ``too_few_items`` (one item).

    Notes
    -----
    .. math:: \mathrm{logit}\, p = \theta + \phi \tanh\frac{l - l_b}{s}, \quad
        \mathrm{LC} = \frac{1}{1 + e^{-\theta}}

    by penalised likelihood with the probabilities as targets, s the standard deviation of l - l_b. Dubois et al.
    (2024), "Length-Controlled AlpacaEval", arXiv:2404.04475, fit the difficulty of each instruction over all systems
    as well, so that their figures differ. Draws take one step of Newton's method from the fit, s held.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import length_controlled_win_rate
    >>> wins, lengths = [0.9, 0.8, 0.7, 0.2, 0.3, 0.6], [900, 800, 700, 300, 400, 500]
    >>> found = length_controlled_win_rate(wins, lengths, [500] * 6)
    >>> round(found.raw, 4), round(found.rate.estimate, 4)
    (0.5833, 0.5522)
    """
    settings = _read_settings(interval, penalty, strength)
    check_lengths([wins, lengths, baseline_lengths, items])
    present = find_present(wins) & find_present(lengths) & find_present(baseline_lengths)
    shares = read_shares(take(wins, present))
    longer_by = _read_lengths(take(lengths, present)) - _read_lengths(take(baseline_lengths, present))
    item = np.arange(len(shares)) if items is None else encode_labels(take(items, present))[0]
    blank = _start(shares, longer_by, int((~present).sum()), settings)
    obstacle = _find_obstacle(shares, longer_by)
    if obstacle:
        return replace(blank, rate=replace(blank.rate, undefined=obstacle))
    spread = blank.length_spread or 1.0  # all of equal length: the term is 0 whatever it is divided by
    figures = RateAtEqualLength(shares, np.tanh(longer_by / spread), item, penalty, strength)
    return replace(blank, rate=_fill(blank.rate, figures, settings), length_effect=float(figures.at[1]))


class RateAtEqualLength:
    """The win rate at equal length as a function of the weights of items."""

    bounds = edges = (0.0, 1.0)
    loose: Undefined = "no_variation"

    def __init__(
        self, shares: FloatArray, term: FloatArray, item: IntArray, penalty: Penalty, strength: float
    ) -> None:
        self.at, self.held = fit_length(shares, term, penalty, strength)
        chance = expit(self.at[0] + self.at[1] * term)
        miss, curve = shares - chance, chance * (1 - chance)
        group, groups = deal_clusters(item)
        parts = [miss, miss * term, curve, curve * term, curve * term**2]
        self.parts = np.array([np.bincount(group, part, groups) for part in parts])
        self.slope, self.curve = _penalise(self.at[1], penalty, strength, float(np.sign(self.at[1])))
        self.multiplicity: IntArray = np.ones(groups, dtype=np.int64)
        self.size = groups

    def point(self) -> FloatArray:
        return expit(self.at[:1])

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        """The rate one step of Newton's method from the fit, (resamples, 1)."""
        miss, miss_term, curve, cross, curve_term = self.parts @ items
        if self.held:
            step = np.divide(miss, curve, out=np.full(len(miss), np.nan), where=curve > 0)
            return expit(self.at[0] + step)[:, None]
        below = curve_term + self.curve
        determinant = curve * below - cross**2
        above = miss * below - (miss_term - self.slope) * cross
        step = np.divide(above, determinant, out=np.full(len(miss), np.nan), where=determinant > 0)
        return expit(self.at[0] + step)[:, None]


def fit_length(
    shares: FloatArray, term: FloatArray, penalty: Penalty, strength: float
) -> tuple[FloatArray, bool]:
    """Intercept and coefficient of the length term, and whether the penalty holds the coefficient at 0."""
    mean = float(shares.mean())
    at = np.array([np.log(mean / (1 - mean)), 0.0])
    pull = float(((shares - mean) * term).sum())
    if not term.any() or (penalty == "l1" and abs(pull) <= strength):
        return at, True
    side = float(np.sign(pull))  # the coefficient has the sign of the pull that it gives way to
    for _ in range(STEPS):
        chance = expit(at[0] + at[1] * term)
        curve = chance * (1 - chance)
        slope, bend = _penalise(at[1], penalty, strength, side)
        up = np.array([(shares - chance).sum(), ((shares - chance) * term).sum() - slope])
        cross = float((curve * term).sum())
        bent = np.array([[curve.sum(), cross], [cross, (curve * term**2).sum() + bend]])
        step = np.linalg.solve(bent, up)
        step *= LONGEST / max(float(np.abs(step).max()), LONGEST)
        at = at + step
        if np.abs(step).max() < EXACT:
            break
    return at, False


def _penalise(effect: float, penalty: Penalty, strength: float, side: float) -> tuple[float, float]:
    """Slope and curvature of the penalty."""
    return (strength * effect, strength) if penalty == "l2" else (strength * side, 0.0)


def _start(
    shares: FloatArray, longer_by: FloatArray, missing: int, settings: Settings
) -> LengthControlledRate:
    """What is known before the fit."""
    base = start_estimate(n=len(shares), n_unit="verdicts", excluded={"missing": missing})
    asked = replace(base, inference=settings.inference, confidence=settings.confidence, seed=settings.seed)
    return LengthControlledRate(
        rate=asked,
        raw=float(shares.mean()) if len(shares) else None,
        length_effect=None,
        length_spread=float(longer_by.std(ddof=1)) if len(shares) > 1 else None,
        longer=float((longer_by > 0).mean()) if len(shares) else None,
    )


def _find_obstacle(shares: FloatArray, longer_by: FloatArray) -> Undefined | None:
    if not len(shares):
        return "no_pairable_units"
    if min((longer_by >= 0).sum(), (longer_by <= 0).sum()) < LEAST_ON_A_SIDE:
        return "no_length_overlap"
    return None if 0 < shares.mean() < 1 else "no_variation"


def _fill(base: Estimate, figures: RateAtEqualLength, settings: Settings) -> Estimate:
    point = float(figures.point()[0])
    if settings.inference is None:
        return replace(base, estimate=point, seed=None)
    spread: Spread = find_spread(figures, ["system"], settings)
    limits = spread.limits[0]
    if limits is None:
        return replace(base, estimate=point, undefined=spread.reason)
    low, high = max(limits[0], 0.0), min(limits[1], 1.0)
    return replace(base, estimate=point, low=low, high=high, method=spread.method)


def _read_lengths(lengths: Labels) -> FloatArray:
    try:
        held = np.asarray(lengths, dtype=np.float64)
    except (TypeError, ValueError):
        raise AgreementError("lengths are numbers") from None
    if not (np.isfinite(held) & (held >= 0)).all():
        raise AgreementError("lengths are numbers of at least 0")
    return held


def _read_settings(interval: IntervalOptions, penalty: Penalty, strength: float) -> Settings:
    settings = Settings(**interval)
    settings.refuse_method()
    settings.refuse_raters("win rates at equal length")
    if penalty not in ("l2", "l1") or not (np.isfinite(strength) and strength > 0):
        raise AgreementError("the penalty is l2 or l1, and its strength a number above 0")
    return settings
