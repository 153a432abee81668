"""Percent agreement within a group of raters."""

from typing import Literal, Unpack

from evalplatform.agreement.cells import can_be_pooled, count_per_unit, gather_rated
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import Rule, Ties, apply_rule, apply_ties
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import WithinShare
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.table import RatingTable


def percent_agreement(
    table: RatingTable,
    *,
    mean: Literal["micro", "macro"] = "micro",
    rule: Rule | None = None,
    ties: Ties = "with",
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Share of equal pairs among the pairs of ratings of the same unit.

    Parameters
    ----------
    table : ratings; repeats by one rater are ratings like others
    mean : ``micro`` pools all pairs, ``macro`` averages the shares of the units
    rule : how inconsistent preferences count, see `apply_rule`
    ties : ``without`` keeps only the pairs in which neither side is a tie
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts pairs (micro) or units (macro). Undefined: ``no_pairable_units``.

    Notes
    -----
    .. math:: \frac{\sum_u \sum_k n_{uk}(n_{uk}-1)}{\sum_u m_u(m_u-1)}

    with n_uk ratings of unit u in category k and m_u ratings in all; macro is the mean over units of the
    same fraction of one unit (the observed agreement of Fleiss 1971, Psychological Bulletin 76, 378-382).
    """
    settings = Settings(**interval)
    held = apply_ties(apply_rule(table, rule), ties)
    ratings = count_per_unit(held)
    figure = _share_pairs(held, mean, crossed=settings.crossed or not can_be_pooled(held))
    pairs = int((ratings * (ratings - 1)).sum()) // 2
    base = start_estimate(
        n=pairs if mean == "micro" else int((ratings >= 2).sum()),
        n_unit="pairs" if mean == "micro" else "units",
        level="nominal",
        rule=rule,
        excluded={**held.excluded, "unpaired": int((ratings == 1).sum())},
    )
    return infer(figure, settings, base)


@shared
def _share_pairs(table: RatingTable, mean: Literal["micro", "macro"], *, crossed: bool) -> WithinShare:
    return WithinShare(gather_rated(table, 2, crossed=crossed), matchable=table.matchable, mean=mean)
