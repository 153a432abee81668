"""One rater against the plurality of others."""

from collections.abc import Collection, Hashable
from dataclasses import replace
from typing import Literal, Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.between import Names, as_names, fix_single, split_sides
from evalplatform.agreement.cells import can_be_pooled, count_per_unit, gather_cells
from evalplatform.agreement.contingency import (
    NOBODY,
    Contingency,
    ContingencyCounts,
    infer_contingency,
)
from evalplatform.agreement.preferences import TIES, Rule, Ties, apply_rule
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.table import RatingTable


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
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1], or [-1, 1] for kappa; ``n`` counts the rater's verdicts that were compared. Undefined:
        ``no_pairable_units``, ``no_variation`` (kappa of two constants).
    """
    settings = Settings(**interval)
    crossed = settings.crossed or not can_be_pooled(table)
    counts, credit, excluded, paired = _count(
        table, rater, as_names(others), rule, ties, tie_value, crossed=crossed
    )
    figure = Contingency(counts, credit=credit, coefficient=statistic)
    return infer_contingency(figure, settings, excluded=excluded, paired=paired, rule=rule)


@shared
def _count(
    table: RatingTable,
    rater: str,
    others: Names,
    rule: Rule | None,
    ties: Ties,
    tie_value: Hashable | None,
    *,
    crossed: bool,
) -> tuple[ContingencyCounts, FloatArray, dict[str, int], int]:
    """The counts, the credit of equal values, what is left out, and how many verdicts have votes beside them."""
    held, side = _split(table, rater, others)
    held = apply_rule(held, rule)
    if tie_value is not None and tie_value not in held.categories:
        held = replace(held, categories=(*held.categories, tie_value))
    sides = side[held.rater]
    own, voters = count_per_unit(held, sides == 0), count_per_unit(held, sides == 1)
    paired = (own > 0) & (voters > 0)
    left_out = [code for code, label in enumerate(held.categories) if ties == "without" and label in TIES]
    counts = ContingencyCounts(
        gather_cells(held, paired, side=sides, crossed=crossed),
        left_out=left_out,
        tied=NOBODY if tie_value is None else held.categories.index(tie_value),
    )
    excluded = {**held.excluded, "unpaired": int(own[~paired].sum())}
    return counts, np.diag(held.matchable.astype(np.float64)), excluded, int(own[paired].sum())


@shared
def _split(table: RatingTable, rater: str, others: Names) -> tuple[RatingTable, IntArray]:
    held, side = split_sides(table, rater, others)
    return fix_single(held, rater), side
