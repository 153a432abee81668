"""How far raters put the units in the same order."""

from collections.abc import Hashable, Sequence
from typing import Unpack

from evalplatform.agreement.arrays import Labels
from evalplatform.agreement.cells import count_per_unit
from evalplatform.agreement.inference import infer, refuse_slots, start_estimate
from evalplatform.agreement.reliability.coefficients import Association
from evalplatform.agreement.reliability.grids import make_grid
from evalplatform.agreement.reliability.ranks import Concordance, RankAssociation
from evalplatform.agreement.reliability.sources import pair_sources
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable


def kendall_w(table: RatingTable, **interval: Unpack[IntervalOptions]) -> Estimate:
    r"""Kendall's coefficient of concordance of all raters, corrected for ties.

    Parameters
    ----------
    table : ratings that have an order, without weights; units that some rater did not rate are left out, and
        the mean stands for repeats
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts units that all raters rated. Undefined: ``no_pairable_units``,
        ``too_few_items`` (a single unit), ``no_variation`` (nobody tells any units apart),
        ``raters_are_slots``.

    Notes
    -----
    .. math:: W = \frac{12 \sum_u (R_u - \bar R)^2}{m^2 (n^3 - n) - m \sum_j T_j}, \quad
        T_j = \sum_g (t_{jg}^3 - t_{jg})

    with R_u the sum of the mid-ranks that m raters give unit u of n, and t_jg units tied in group g of rater j.
    Kendall and Babington Smith (1939), Annals of Mathematical Statistics 10, 275-287. Draws of raters leave
    out the perfect agreement of a rater with their own copy.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, kendall_w
    >>> rows = [(u, r, v) for r, vs in {"x": [1, 2, 3], "y": [1, 3, 2]}.items() for u, v in enumerate(vs)]
    >>> kendall_w(RatingTable.from_records(rows, level="ordinal"), inference=None).estimate
    0.75
    """
    settings = Settings(**interval)
    grid = make_grid(table, crossed=settings.crossed, ranked=True)
    excluded = {**table.excluded, "incomplete": grid.left_out}
    base = start_estimate(n=grid.units, n_unit="units", level="ordinal", excluded=excluded)
    if len(grid.cells.slots):
        return refuse_slots(base, settings)
    return infer(Concordance(grid), settings, base)


def spearman_rho(
    first: Labels,
    second: Labels,
    *,
    clusters: Labels | None = None,
    categories: Sequence[Hashable] | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Spearman's rank correlation of two sources that rated the same units.

    Parameters
    ----------
    first, second : (n,) values of each source, on scales of their own; a unit where either is missing (None,
        NaN) is left out
    clusters : (n,) the items that are resampled whole; None: every unit is its own
    categories : a scale of words in its order; None: the values are numbers
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; two sources are no population

    Returns
    -------
    Estimate
        In [-1, 1]; ``n`` counts units rated by both. Undefined: ``no_pairable_units``, ``too_few_items`` (a
        single unit), ``no_variation`` (a source gives one value only).

    Notes
    -----
    The product-moment correlation of the mid-ranks; Spearman (1904), American Journal of Psychology 15, 72-101.
    Each resample is ranked anew.

    Examples
    --------
    >>> from evalplatform.agreement import spearman_rho
    >>> round(spearman_rho([1, 2, 3, 4, 5], [5, 6, 7, 8, 7], inference=None).estimate, 4)
    0.8208
    """
    return _infer_ranks("spearman_rho", first, second, clusters, categories, Settings(**interval))


def kendall_tau_b(
    first: Labels,
    second: Labels,
    *,
    clusters: Labels | None = None,
    categories: Sequence[Hashable] | None = None,
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Kendall's tau-b of two sources that rated the same units.

    Parameters
    ----------
    first, second : (n,) values of each source, on scales of their own; a unit where either is missing (None,
        NaN) is left out
    clusters : (n,) the items that are resampled whole; None: every unit is its own
    categories : a scale of words in its order; None: the values are numbers
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; two sources are no population

    Returns
    -------
    Estimate
        In [-1, 1]; ``n`` counts units rated by both. Undefined: ``no_pairable_units``, ``too_few_items`` (a
        single unit), ``no_variation`` (a source gives one value only).

    Notes
    -----
    .. math:: \tau_b = \frac{C - D}{\sqrt{(P - T_1)(P - T_2)}}

    of P pairs of units C concordant, D discordant, and T tied in one source and in the other; Kendall (1945),
    Biometrika 33, 239-251.

    Examples
    --------
    >>> from evalplatform.agreement import kendall_tau_b
    >>> round(kendall_tau_b([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], inference=None).estimate, 4)
    -0.4714
    """
    return _infer_ranks("kendall_tau_b", first, second, clusters, categories, Settings(**interval))


def _infer_ranks(
    association: Association,
    first: Labels,
    second: Labels,
    clusters: Labels | None,
    categories: Sequence[Hashable] | None,
    settings: Settings,
) -> Estimate:
    table = pair_sources(first, second, clusters=clusters, categories=categories, level="ordinal")
    grid = make_grid(table, crossed=settings.crossed, ranked=True)
    unpaired = int((count_per_unit(table) == 1).sum())
    excluded = {**table.excluded, "unpaired": unpaired}
    base = start_estimate(n=grid.units, n_unit="units", level="ordinal", excluded=excluded)
    return infer(RankAssociation(grid, association), settings, base)
