"""Agreement on each category by itself."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Literal, Unpack

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.cells import Cells, count_per_unit, gather_cells
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import Rule, apply_rule
from evalplatform.agreement.reliability.kappas import fleiss_kappa
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import Parts, Share
from evalplatform.agreement.table import RatingTable


def category_agreement(
    table: RatingTable,
    *,
    statistic: Literal["agreement", "fleiss_kappa"] = "agreement",
    rule: Rule | None = None,
    **interval: Unpack[IntervalOptions],
) -> dict[Hashable, Estimate]:
    r"""Agreement on each category: where one rater gave it, how often another did too.

    Parameters
    ----------
    table : ratings, with any of them missing
    statistic : ``agreement`` is the specific agreement, ``fleiss_kappa`` that of the category against all others
    rule : how inconsistent preferences count, see `apply_rule`
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    dict
        Category to `Estimate`, in the order of the scale. Specific agreement lies in [0, 1], and its ``n``
        counts the category's ratings that have another to be compared with; for kappa see `fleiss_kappa`.
        Undefined: ``no_pairable_units`` (nobody gave the category), ``no_variation`` (kappa of a category that
        all gave, or nobody).

    Notes
    -----
    .. math:: \frac{\sum_u n_{uk} (n_{uk} - 1)}{\sum_u n_{uk} (m_u - 1)}

    with n_uk ratings of unit u in category k and m_u in all. For two raters and two categories these are the
    positive and the negative agreement of Cicchetti and Feinstein (1990), Journal of Clinical Epidemiology 43,
    551-558; kappa by category: Fleiss (1971), Psychological Bulletin 76, 378-382.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable, category_agreement
    >>> rows = [(u, r, v) for r, vs in {"x": "aaab", "y": "aaba"}.items() for u, v in enumerate(vs)]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> {k: round(found.estimate, 3) for k, found in category_agreement(table, inference=None).items()}
    {'a': 0.667, 'b': 0.0}
    """
    held = apply_rule(table, rule)
    if statistic == "fleiss_kappa":
        apart = {label: _set_apart(held, label) for label in held.categories}
        found = {label: fleiss_kappa(split, **interval) for label, split in apart.items()}
        return {label: replace(estimate, rule=rule) for label, estimate in found.items()}
    settings = Settings(**interval)
    ratings = count_per_unit(held)
    cells = gather_cells(held, ratings >= 2, crossed=settings.crossed)
    paired = held.keep((ratings >= 2)[held.unit])
    excluded = {**held.excluded, "unpaired": int((ratings == 1).sum())}
    estimates: dict[Hashable, Estimate] = {}
    for code, label in enumerate(held.categories):
        n = int((paired.value == code).sum())
        base = start_estimate(n=n, n_unit="ratings", level="nominal", rule=rule, excluded=excluded)
        figure = SpecificShare(cells, category=code, matchable=label not in held.unmatched)
        estimates[label] = infer(figure, settings, base)
    return estimates


class SpecificShare(Share):
    """Share of equal pairs among the pairs of which one rating is in a category."""

    def __init__(self, cells: Cells, *, category: int, matchable: bool) -> None:
        super().__init__(cells)
        self.category = category
        self.matchable = matchable

    def parts(self, raters: FloatArray | None) -> Parts:
        cells = self.cells
        count, square = cells.count(raters), cells.count(raters, power=2)
        chosen = (cells.category == self.category)[:, None]
        total = cells.sum_units(count)[cells.unit]
        met = cells.sum_units((count**2 - square) * (chosen & self.matchable))
        return met, cells.sum_units((count * total - square) * chosen)


def _set_apart(table: RatingTable, label: Hashable) -> RatingTable:
    """Only whether a rating is in this category."""
    split = table.map_values(lambda held: held == label)
    alone = frozenset[Hashable]({True} if label in table.unmatched else ())
    return replace(split, unmatched=alone)
