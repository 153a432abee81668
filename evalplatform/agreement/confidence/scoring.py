"""Proper scores of probabilities, and how well they rank."""

from dataclasses import asdict, dataclass
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, Labels
from evalplatform.agreement.confidence.outcomes import Outcomes
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import Moments, deal_clusters, infer_items
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import divide
from evalplatform.agreement.sums import ClusterSums

# A loss at its lower edge lacks verdicts that failed, at its upper one such that came true.
LOSSES: tuple[Undefined, Undefined] = ("too_few_agreements", "too_few_disagreements")
CERTAIN = 1e-15  # a probability nearer to 0 or 1 counts as this far away in a logarithm


@dataclass(frozen=True, slots=True, kw_only=True)
class BrierScore:
    """Mean squared distance of probabilities from outcomes, and what it is made of.

    Parameters
    ----------
    score : lower is better; 0.25 for saying one half always
    reliability : distance of what came true from what was stated, over the distinct probabilities; biased upwards, and
        of no use where each probability occurs once (round them first)
    resolution : how far what came true differs between stated probabilities; higher is better
    uncertainty : of the outcomes themselves; score = reliability - resolution + uncertainty
    """

    score: Estimate
    reliability: float | None
    resolution: float | None
    uncertainty: float | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpiegelhalterTest:
    """Whether the Brier score is what right probabilities would give.

    Parameters
    ----------
    z : standard normal if they are right
    p_value : two-sided
    n : probabilities
    undefined : ``no_pairable_units``, ``no_variation`` (all are 0, 1 or one half)
    """

    z: float | None
    p_value: float | None
    n: int
    undefined: Undefined | None = None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def brier_score(
    probabilities: Labels,
    outcomes: Labels,
    *,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> BrierScore:
    r"""Brier score with Murphy's decomposition.

    Parameters
    ----------
    probabilities : (n,) stated, in [0, 1]
    outcomes : (n,) 1 where it came true, else 0; None and NaN are left out
    clusters : (n,) the items that are resampled whole; None: every row is its own
    interval : `inference` (``these_raters`` or None), `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    BrierScore
        In [0, 1]; ``n`` counts verdicts. Undefined: ``no_pairable_units``.

    Notes
    -----
    .. math:: \frac{1}{n} \sum (p - y)^2 = \sum_b \frac{n_b}{n} (p_b - \bar y_b)^2
        - \sum_b \frac{n_b}{n} (\bar y_b - \bar y)^2 + \bar y (1 - \bar y)

    over the distinct probabilities b. Brier (1950), Monthly Weather Review 78, 1-3; Murphy (1973), Journal of Applied
    Meteorology 12, 595-600.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import brier_score
    >>> round(brier_score([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0], inference=None).score.estimate, 6)
    0.0375
    """
    held = Outcomes.read(probabilities, outcomes, clusters)
    score = _infer_mean(held, np.square(held.probability - held.outcome), Settings(**interval), (0.0, 1.0))
    if not len(held):
        return BrierScore(score=score, reliability=None, resolution=None, uncertainty=None)
    stated, place = np.unique(held.probability, return_inverse=True)
    counts = np.bincount(place)
    rate, base = np.bincount(place, held.outcome) / counts, float(held.outcome.mean())
    return BrierScore(
        score=score,
        reliability=float(counts @ np.square(stated - rate) / len(held)),
        resolution=float(counts @ np.square(rate - base) / len(held)),
        uncertainty=base * (1 - base),
    )


def negative_log_likelihood(
    probabilities: Labels,
    outcomes: Labels,
    *,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Mean negative log likelihood of the outcomes (log loss), in nats.

    Parameters
    ----------
    probabilities, outcomes, clusters, interval : as for `brier_score`. A probability of 0 or 1 counts as 1e-15 off it

    Returns
    -------
    Estimate
        0 or more, 0.6931 for saying one half always; ``n`` counts verdicts. Undefined: ``no_pairable_units``.

    Notes
    -----
    .. math:: -\frac{1}{n} \sum y \log p + (1 - y) \log(1 - p)

    Good (1952), Journal of the Royal Statistical Society B 14, 107-114.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import negative_log_likelihood
    >>> round(negative_log_likelihood([0.5, 0.5], [1, 0], inference=None).estimate, 4)
    0.6931
    """
    held = Outcomes.read(probabilities, outcomes, clusters)
    safe = np.clip(held.probability, CERTAIN, 1 - CERTAIN)
    losses = -np.where(held.outcome == 1, np.log(safe), np.log1p(-safe))
    return _infer_mean(held, losses, Settings(**interval), (0.0, np.inf))


def spiegelhalter_test(probabilities: Labels, outcomes: Labels) -> SpiegelhalterTest:
    r"""Spiegelhalter's test of calibration: is the Brier score what right probabilities would give?

    Parameters
    ----------
    probabilities, outcomes : as for `brier_score`; rows are taken to be independent

    Returns
    -------
    SpiegelhalterTest
        Undefined: ``no_pairable_units``, ``no_variation``.

    Notes
    -----
    .. math:: z = \frac{\sum (y - p)(1 - 2p)}{\sqrt{\sum (1 - 2p)^2 p (1 - p)}}

    Spiegelhalter (1986), Statistics in Medicine 5, 421-433.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import spiegelhalter_test
    >>> round(spiegelhalter_test([0.9] * 10, [1] * 5 + [0] * 5).z, 4)
    4.2164
    """
    from scipy.special import ndtr  # scipy is imported on use

    held = Outcomes.read(probabilities, outcomes)
    if not len(held):
        return SpiegelhalterTest(z=None, p_value=None, n=0, undefined="no_pairable_units")
    lean = 1 - 2 * held.probability
    variance = float(np.sum(np.square(lean) * held.probability * (1 - held.probability)))
    if variance == 0:
        return SpiegelhalterTest(z=None, p_value=None, n=len(held), undefined="no_variation")
    z = float(np.sum((held.outcome - held.probability) * lean)) / variance**0.5
    return SpiegelhalterTest(z=z, p_value=float(2 * ndtr(-abs(z))), n=len(held))


def area_under_curve(
    probabilities: Labels,
    outcomes: Labels,
    *,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Area under the receiver operating characteristic: do higher probabilities come true more often?

    Parameters
    ----------
    probabilities, outcomes, clusters, interval : as for `brier_score`

    Returns
    -------
    Estimate
        In [0, 1], one half where probabilities tell nothing; ``n`` counts verdicts. Undefined: ``no_pairable_units``,
        ``no_variation`` (all came true, or nothing).

    Notes
    -----
    .. math:: P(p_1 > p_0) + \tfrac{1}{2} P(p_1 = p_0)

    for one that came true and one that did not; Hanley and McNeil (1982), Radiology 143, 29-36. Each resample is
    ranked anew.

    Examples
    --------
    >>> from evalplatform.agreement.confidence import area_under_curve
    >>> area_under_curve([0.2, 0.6, 0.6, 0.9], [0, 0, 1, 1], inference=None).estimate
    0.875
    """
    held = Outcomes.read(probabilities, outcomes, clusters)
    base = start_estimate(n=len(held), n_unit="verdicts", level="nominal", excluded=held.excluded)
    return infer_items(Area(held), Settings(**interval), base)


class Area:
    """The area as a function of the weights of items."""

    bounds = edges = (0.0, 1.0)
    scarce: tuple[Undefined, Undefined] = ("too_few_disagreements", "too_few_agreements")
    undefined: Undefined = "no_variation"

    def __init__(self, held: Outcomes) -> None:
        cluster, types = deal_clusters(held.cluster)
        distinct, place = np.unique(held.probability, return_inverse=True)
        self.multiplicity = np.ones(types, dtype=np.int64)
        self.size = max(2 * len(distinct), types, 1)
        column = place + len(distinct) * held.outcome.astype(np.int64)
        self.counts = ClusterSums(cluster, column, np.ones(len(held)), types=types, columns=2 * len(distinct))

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        failed, came_true = np.split(self.counts.under(items), 2)
        below = np.cumsum(failed, axis=0) - failed / 2
        pairs = failed.sum(axis=0) * came_true.sum(axis=0)
        return divide((came_true * below).sum(axis=0), pairs)


def _infer_mean(
    held: Outcomes, values: FloatArray, settings: Settings, bounds: tuple[float, float]
) -> Estimate:
    base = start_estimate(n=len(held), n_unit="verdicts", level="interval", excluded=held.excluded)
    columns = np.array([np.ones(len(held)), values])
    has_spread = len(held) > 0 and values.min() < values.max()
    edges = (float(values.min()), float(values.max())) if has_spread else bounds
    figure = Moments(
        columns, held.cluster, lambda sums: sums[1] / sums[0], bounds=bounds, edges=edges, scarce=LOSSES
    )
    return figure.infer(settings, base)
