"""How many judges a panel is worth: members that err together are fewer than they look."""

from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.moments import Moments, code_clusters, read_column
from evalplatform.agreement.panels.verdicts import Votes, read_votes
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings

LEAST = 1e-12


def effective_judges(
    votes: Votes, labels: Labels, *, clusters: Labels | None = None, **interval: Unpack[IntervalOptions]
) -> Estimate:
    r"""How many independent judges would have as small an error in their mean as these together have.

    Parameters
    ----------
    votes : (units, judges) as for `panel_verdicts`
    labels : (units,) what people say, on the same scale; units without a label, or without everybody's vote, are
        left out and counted
    clusters : (units,) the items that are resampled whole; None: every unit is its own
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        1 where all err alike, the number of judges where errors are independent, more where they cancel out. A lean
        that a judge has on all units alike is no part of it. ``n`` counts units. Undefined: ``no_pairable_units``,
        ``no_variation`` (the mean errs on every unit alike).

    Notes
    -----
    Mean variance of the members' errors over the variance of their mean error, which for equal variances is

    .. math:: \frac{k}{1 + (k - 1) \bar\rho}

    the number of votes over the design effect of Kish (1965), "Survey Sampling", section 5.4.

    Examples
    --------
    >>> from evalplatform.agreement.panels import effective_judges
    >>> effective_judges([[1, 1], [0, 0], [1, 1], [1, 1]], [1, 1, 0, 1], inference=None).estimate
    1.0
    >>> effective_judges([[1, 0], [1, 1], [0, 1], [0, 0]], [1, 1, 1, 1], inference=None).estimate
    2.0
    """
    held, right = read_votes(votes), read_column(labels, "labels")
    if len(held) != len(right):
        raise AgreementError("the columns differ in length")
    has_label, is_complete = ~np.isnan(right), ~np.isnan(held).any(axis=1)
    kept = has_label & is_complete
    errors = held[kept] - right[kept, None]
    mean = errors.mean(axis=1)
    columns = np.vstack([np.ones(len(errors)), mean, mean**2, errors.T, errors.T**2])
    base = start_estimate(
        n=len(errors),
        n_unit="units",
        level="interval",
        excluded={"unlabelled": int((~has_label).sum()), "incomplete": int((has_label & ~is_complete).sum())},
    )
    cluster = np.unique(code_clusters(clusters, len(held))[kept], return_inverse=True)[1]
    figure = Moments(columns, cluster, _divide_variances, bounds=(1.0, np.inf))
    return figure.infer(Settings(**interval), base)


def _divide_variances(sums: FloatArray) -> FloatArray:
    """Mean variance of the members over the variance of their mean, of sums of (1, m, m^2, e, e^2)."""
    n, judges = sums[0], (len(sums) - 3) // 2
    alone = sums[3 + judges :] / n - (sums[3 : 3 + judges] / n) ** 2
    together = sums[2] / n - (sums[1] / n) ** 2
    return np.where(together > LEAST, alone.mean(axis=0) / together, np.nan)
