"""What a judge can be expected to save, before the labels are bought."""

from dataclasses import dataclass, replace
from typing import Literal, Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.few_labels.powered import name_few
from evalplatform.agreement.few_labels.samples import Numbers, Sample, read_sample
from evalplatform.agreement.limits import FEW_ITEMS
from evalplatform.agreement.resampling import bootstrap_items, percentile_limits, spread_limits
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings

LITTLE = 0.1
MOST_DRAWN = 5000  # items; among more no draw is needed to see how far leaving one out goes

Worth = Literal["saves", "saves_little"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What is to be expected of a judge.

    Attributes
    ----------
    saving : share of the human labels that need not be bought for the same width of interval, in [0, 1]
    correlation : of labels and verdicts over the units of the pilot
    worth : ``saves_little`` where less than a tenth is to be expected: label people; None where it is unknown
    labels, others : of the plan: units with human labels, and units with verdicts alone
    """

    saving: Estimate
    correlation: Estimate
    worth: Worth | None
    labels: int
    others: int

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        figures = {"saving": self.saving.to_dict(), "correlation": self.correlation.to_dict()}
        return {**figures, "worth": self.worth, "labels": self.labels, "others": self.others}


class _Correlation:
    """Pearson's correlation as a function of weights of items."""

    bounds = (-1.0, 1.0)
    edges = (-1.0, 1.0)

    def __init__(self, sample: Sample) -> None:
        given = sample.labelled
        votes, verdicts = (values[given] - values[given].mean() for values in (sample.human, sample.judge))
        items = np.unique(sample.cluster[given], return_inverse=True)[1]
        powers = (np.ones(len(votes)), votes, verdicts, votes**2, verdicts**2, votes * verdicts)
        self.sums: FloatArray = np.stack([np.bincount(items, each) for each in powers])

    @property
    def multiplicity(self) -> IntArray:
        return np.ones(self.sums.shape[1], dtype=np.int64)

    @property
    def size(self) -> int:
        return int(self.sums.shape[1])

    def under(self, items: FloatArray, raters: FloatArray | None = None) -> FloatArray:
        return self._divide(self.sums @ items)

    def without_each(self) -> FloatArray:
        """The figure with one item left out at a time, (items,)."""
        return self._divide(self.sums.sum(axis=1, keepdims=True) - self.sums)

    def _divide(self, sums: FloatArray) -> FloatArray:
        count, vote, verdict, vote_square, verdict_square, product = sums
        shared = count * product - vote * verdict
        spread = (count * vote_square - vote**2) * (count * verdict_square - verdict**2)
        found = np.full(len(shared), np.nan)
        np.divide(shared, np.sqrt(np.maximum(spread, 0)), out=found, where=spread > 1e-18)
        return found


def expected_saving(
    human: Numbers,
    judge: Numbers,
    *,
    labels: int,
    others: int,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> Saving:
    r"""Share of human labels that a judge can be expected to save, from a pilot of both.

    Parameters
    ----------
    human : (n,) labels of the pilot, as many votes a unit as are planned; NaN or None where there is none. Where
        people are to label whole items of several units, give the means of items, and count items
    judge : (n,) verdicts on the same units
    labels, others : how many units people are to label, and how many more the judge is to rate alone
    clusters : (n,) items of the units, which are resampled whole
    interval : `resamples`, `seed`, `confidence`; `inference` None gives the figure alone

    Returns
    -------
    Saving
        ``n`` counts pilot labels. Undefined: ``no_pairable_units``, ``no_variation`` (people or the judge always
        say the same), ``too_few_items``.

    Notes
    -----
    .. math:: 1 - \frac{V_{\text{PPI}}}{V_{\text{people}}} = \rho^2 \frac{N}{N + n}

    for n labels and N other units, lambda tuned; Angelopoulos, Duchi and Zrnic (2023), PPI++, section 6. A
    judge that contradicts people (rho below 0) saves nothing, lambda being cut at 0.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import expected_saving
    >>> human, judge = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0], [1, 0, 1, 0, 0, 1, 1, 1, 1, 1]
    >>> found = expected_saving(human, judge, labels=100, others=900, inference=None)
    >>> round(found.correlation.estimate, 4), round(found.saving.estimate, 4), found.worth
    (0.3563, 0.1143, 'saves')
    """
    settings = Settings(**interval)
    settings.refuse_method()
    if labels < 1 or others < 0:
        raise AgreementError("a plan has one label at least, and no fewer than no other units")
    sample = read_sample(human, judge, probabilities=None, clusters=clusters)
    found = _correlate(sample, settings)
    share = others / (others + labels)
    estimate, low, high = (
        None if value is None else max(value, 0.0) ** 2 * share
        for value in (found.estimate, found.low, found.high)
    )
    saving = replace(found, estimate=estimate, low=low, high=high)
    if (
        saving.low is not None and saving.low == saving.high
    ):  # the whole interval is below 0, or no other units
        saving = replace(saving, low=None, high=None, method=None, undefined="no_variation")
    worth: Worth | None = None
    if saving.estimate is not None:
        worth = "saves_little" if saving.estimate < LITTLE else "saves"
    return Saving(saving=saving, correlation=found, worth=worth, labels=labels, others=others)


def _correlate(sample: Sample, settings: Settings) -> Estimate:
    base = Estimate(
        estimate=None,
        n=sample.labels,
        n_unit="labels",
        excluded=sample.excluded,
        confidence=settings.confidence,
        inference=settings.inference,
    )
    if not sample.labels:
        return replace(base, undefined="no_pairable_units")
    statistic = _Correlation(sample)
    point = float(statistic.under(np.ones((statistic.size, 1)))[0])
    if not np.isfinite(point):
        return replace(base, undefined="no_variation" if sample.labels > 1 else "too_few_items")
    base = replace(base, estimate=point)
    if settings.inference is None:
        return base
    limits, method = None, "item_bootstrap"
    if FEW_ITEMS <= statistic.size <= MOST_DRAWN:
        values = bootstrap_items(statistic, resamples=settings.resamples, seed=settings.seed)
        limits = percentile_limits(values, settings.confidence, statistic.edges)
        base = replace(base, seed=settings.seed)
    elif statistic.size > 1:
        without, method = statistic.without_each(), "jackknife_t"
        limits = spread_limits(point, without, statistic.multiplicity, settings.confidence, statistic.bounds)
    if limits is None:
        return replace(base, undefined=name_few(statistic.size))
    return replace(base, low=limits[0], high=limits[1], method=method)
