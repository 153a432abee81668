"""Two sources of values for the same units: Cohen's kappa and Scott's pi."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import LabelArray, Labels
from evalplatform.agreement.cells import count_per_unit, gather_cells
from evalplatform.agreement.contingency import Contingency, ContingencyCounts, infer_contingency
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.reliability.coefficients import Coefficient
from evalplatform.agreement.reliability.weighting import Weighting, make_credit
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable, TableLevel


def cohen_kappa(
    first: Labels,
    second: Labels,
    *,
    clusters: Labels | None = None,
    weights: Weighting | None = None,
    categories: Sequence[Hashable] | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Cohen's kappa of two sources that rated the same units.

    Parameters
    ----------
    first, second : (n,) values of each source; a unit where either is missing (None, NaN) is left out
    clusters : (n,) the items that are resampled whole; None: every unit is its own
    weights : credit falling with the distance of two categories in their order, with its square, or with the
        number of pairs of the categories from one to the other (``ordinal``); None: none
    categories : the whole scale in its order; None: the sorted values that occur
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; two sources are no population

    Returns
    -------
    Estimate
        In [-1, 1]; ``n`` counts units rated by both. Undefined: ``no_pairable_units``, ``no_variation``.

    Notes
    -----
    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}, \quad p_e = \sum_{ij} w_{ij} p_{i\cdot} p_{\cdot j}

    with w the identity, 1 - |i - j| / (q - 1), 1 - (i - j)^2 / (q - 1)^2, or
    1 - (|i - j| + 1) |i - j| / (q (q - 1)). Cohen (1960), Educational and Psychological Measurement 20, 37-46;
    Cohen (1968), Psychological Bulletin 70, 213-220; ordinal weights: Gwet (2014), Handbook of Inter-Rater
    Reliability, 4th edition.

    Examples
    --------
    >>> from evalplatform.agreement import cohen_kappa
    >>> cohen_kappa(["a", "a", "b", "b"], ["a", "b", "b", "b"], inference=None).estimate
    0.5
    """
    return _infer_sources(
        "cohen_kappa",
        Settings(**interval),
        pair_sources(first, second, clusters=clusters, categories=categories),
        weights,
    )


def scott_pi(
    first: Labels,
    second: Labels,
    *,
    clusters: Labels | None = None,
    weights: Weighting | None = None,
    categories: Sequence[Hashable] | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Scott's pi of two sources that rated the same units: chance from the values of both taken together.

    Parameters
    ----------
    first, second : (n,) values of each source; a unit where either is missing (None, NaN) is left out
    clusters : (n,) the items that are resampled whole; None: every unit is its own
    weights : as for `cohen_kappa`
    categories : the whole scale in its order; None: the sorted values that occur
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; two sources are no population

    Returns
    -------
    Estimate
        In [-1, 1]; ``n`` counts units rated by both. Undefined: ``no_pairable_units``, ``no_variation``.

    Notes
    -----
    .. math:: \pi = \frac{p_o - p_e}{1 - p_e}, \quad p_e = \sum_{kl} w_{kl} \pi_k \pi_l, \quad
        \pi_k = (p_{k\cdot} + p_{\cdot k}) / 2

    Scott (1955), Public Opinion Quarterly 19, 321-325. For more raters see `fleiss_kappa`.

    Examples
    --------
    >>> from evalplatform.agreement import scott_pi
    >>> round(scott_pi(["a", "a", "b", "b"], ["a", "b", "b", "b"], inference=None).estimate, 4)
    0.4667
    """
    return _infer_sources(
        "scott_pi",
        Settings(**interval),
        pair_sources(first, second, clusters=clusters, categories=categories),
        weights,
    )


def pair_sources(
    first: Labels,
    second: Labels,
    *,
    clusters: Labels | None,
    categories: Sequence[Hashable] | None,
    level: TableLevel = "nominal",
) -> RatingTable:
    """A table of two fixed raters, coded 0 and 1 in the order of the sources."""
    if len(first) != len(second):
        raise AgreementError("the two sources differ in length")
    size = len(first)
    return RatingTable.from_arrays(
        np.tile(np.arange(size), 2),
        np.repeat(np.arange(2), size),
        _join(first, second),
        level=level,
        clusters=None if clusters is None else _join(clusters, clusters),
        categories=categories,
        kinds={"0": "fixed", "1": "fixed"},
    )


def _join(one: Labels, other: Labels) -> Labels:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        joined: LabelArray = np.concatenate([one, other])
        return joined
    return [*one, *other]


def _infer_sources(
    coefficient: Coefficient, settings: Settings, table: RatingTable, weights: Weighting | None
) -> Estimate:
    ratings = count_per_unit(table)
    figure = Contingency(
        ContingencyCounts(gather_cells(table, ratings == 2, side=table.rater, crossed=settings.crossed)),
        credit=make_credit(len(table.categories), weights),
        coefficient=coefficient,
    )
    excluded = {**table.excluded, "unpaired": int((ratings == 1).sum())}
    level = "nominal" if weights is None else "ordinal"
    estimate = infer_contingency(figure, settings, excluded=excluded, paired=int((ratings == 2).sum()))
    return replace(estimate, level=level, n_unit="units")
