"""One rater against the plurality of others, and Cohen's kappa of two sources of values."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from typing import Literal, Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, LabelArray, Labels
from evalplatform.agreement.between import fix_single, split_sides
from evalplatform.agreement.cells import count_per_unit, gather_cells
from evalplatform.agreement.contingency import NOBODY, Contingency
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.percent import matchable
from evalplatform.agreement.preferences import TIES, Rule, Ties, apply_rule
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable

Weighting = Literal["linear", "quadratic"]


def agreement_with_plurality(
    table: RatingTable,
    rater: str,
    others: str | Collection[str],
    *,
    rule: Rule | None = None,
    ties: Ties = "with",
    tie_value: Hashable | None = None,
    statistic: Literal["agreement", "cohen_kappa"] = "agreement",
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    """Agreement of a rater's values with the most frequent value of the others on the same unit.

    A plurality is a steadier target than a single vote, so this figure must not be set beside the agreement
    of one person with the rest.

    Parameters
    ----------
    rater : the rater asked about, held fixed when raters are resampled
    others : the voters; with raters resampled their plurality is worked out anew each time. Fewer different
        voters elect less steadily, so that draws lie to one side of the figure: the percentiles are moved
        until the mean of the draws is the figure
    rule : how inconsistent preferences count, see `apply_rule`
    ties : ``without`` leaves out units where the rater or the plurality is a tie
    tie_value : value of a unit without a single winner; None leaves it out, counted as ``no_single_winner``
    statistic : share of equal values, or Cohen's kappa
    interval : `inference`, `resamples`, `seed`, `confidence`

    Returns
    -------
    Estimate
        In [0, 1], or [-1, 1] for kappa; ``n`` counts the rater's verdicts that were compared. Undefined:
        ``no_pairable_units``, ``no_variation`` (kappa of two constants).
    """
    settings = Settings(**interval)
    held, side = split_sides(table, rater, others)
    held = apply_rule(fix_single(held, rater), rule)
    if tie_value is not None and tie_value not in held.categories:
        held = replace(held, categories=(*held.categories, tie_value))
    sides = side[held.rater]
    own, voters = count_per_unit(held, sides == 0), count_per_unit(held, sides == 1)
    paired = (own > 0) & (voters > 0)
    left_out = [code for code, label in enumerate(held.categories) if ties == "without" and label in TIES]
    figure = Contingency(
        gather_cells(held, paired, side=sides, crossed=settings.crossed),
        credit=np.diag(matchable(held).astype(np.float64)),
        chance=statistic == "cohen_kappa",
        left_out=left_out,
        tied=NOBODY if tie_value is None else held.categories.index(tie_value),
    )
    excluded = {**held.excluded, "unpaired": int(own[~paired].sum())}
    return _infer_contingency(figure, settings, excluded=excluded, paired=int(own[paired].sum()), rule=rule)


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
    weights : credit falling with the distance of two categories in their order, or its square; None: none
    categories : the whole scale in its order; None: the sorted values that occur
    interval : `inference`, `resamples`, `seed`, `confidence`; two sources are no population

    Returns
    -------
    Estimate
        In [-1, 1]; ``n`` counts units rated by both. Undefined: ``no_pairable_units``, ``no_variation``.

    Notes
    -----
    .. math:: \kappa = \frac{p_o - p_e}{1 - p_e}, \quad p_e = \sum_{ij} w_{ij} p_{i\cdot} p_{\cdot j}

    with w the identity, 1 - |i - j| / (q - 1), or 1 - (i - j)^2 / (q - 1)^2. Cohen (1960), Educational and
    Psychological Measurement 20, 37-46; Cohen (1968), Psychological Bulletin 70, 213-220.
    """
    settings = Settings(**interval)
    table = _pair_table(first, second, clusters, categories)
    ratings = count_per_unit(table)
    figure = Contingency(
        gather_cells(table, ratings == 2, side=table.rater, crossed=settings.crossed),
        credit=_credit(len(table.categories), weights),
        chance=True,
    )
    excluded = {**table.excluded, "unpaired": int((ratings == 1).sum())}
    level = "nominal" if weights is None else "ordinal"
    estimate = _infer_contingency(figure, settings, excluded=excluded, paired=int((ratings == 2).sum()))
    return replace(estimate, level=level, n_unit="units")


def _pair_table(
    first: Labels, second: Labels, clusters: Labels | None, categories: Sequence[Hashable] | None
) -> RatingTable:
    if len(first) != len(second):
        raise AgreementError("the two sources differ in length")
    size = len(first)
    return RatingTable.from_arrays(
        np.tile(np.arange(size), 2),
        np.repeat(np.arange(2), size),
        _join(first, second),
        level="nominal",
        clusters=None if clusters is None else _join(clusters, clusters),
        categories=categories,
        kinds={"0": "fixed", "1": "fixed"},
    )


def _join(one: Labels, other: Labels) -> Labels:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        joined: LabelArray = np.concatenate([one, other])
        return joined
    return [*one, *other]


def _credit(size: int, weights: Weighting | None) -> FloatArray:
    if weights is None or size < 2:
        return np.eye(max(size, 1))
    gap = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / (size - 1)
    return 1 - (gap if weights == "linear" else np.square(gap))


def _infer_contingency(
    figure: Contingency,
    settings: Settings,
    *,
    excluded: dict[str, int],
    paired: int,
    rule: Rule | None = None,
) -> Estimate:
    """Count what a contingency leaves out, and infer its figure."""
    if not figure.cells.units:
        base = start_estimate(n=0, n_unit="verdicts", excluded=excluded, level="nominal", rule=rule)
        return infer(figure, settings, base)
    compared, lost = figure.compared, figure.without_winner
    excluded = {**excluded, "no_single_winner": lost, "tie": paired - compared - lost}
    base = start_estimate(n=compared, n_unit="verdicts", excluded=excluded, level="nominal", rule=rule)
    if not compared:
        return replace(infer(figure, replace(settings, inference=None), base), undefined="no_pairable_units")
    return infer(figure, settings, base)
