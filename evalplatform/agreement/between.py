"""Agreement of one group of raters with another: judges with people, experts with the crowd."""

from collections.abc import Collection
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import IntArray
from evalplatform.agreement.cells import can_be_pooled, count_per_unit, gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.preferences import Rule, Ties, apply_rule, apply_ties
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import BetweenShare
from evalplatform.agreement.sharing import shared
from evalplatform.agreement.table import RatingTable

Names = str | tuple[str, ...]


def agreement_between(
    table: RatingTable,
    raters: str | Collection[str],
    others: str | Collection[str],
    *,
    rule: Rule | None = None,
    ties: Ties = "with",
    **interval: Unpack[IntervalOptions],
) -> Estimate:
    r"""Share of equal pairs among the pairs of one rating of each group on the same unit.

    Each human vote is compared with each verdict of the judge, not with a majority: chance agreement and
    disagreement among people stay in the figure, as in the agreement of people with each other.

    Parameters
    ----------
    raters, others : names of two groups without a common member; a rater named alone is held fixed when
        raters are resampled
    rule : how inconsistent preferences count, see `apply_rule`
    ties : ``without`` keeps only the pairs in which neither side is a tie
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts pairs. Undefined: ``no_pairable_units``. Persons are drawn within their own
        group: ``too_few_raters`` where either has persons, but fewer than five of them.

    Notes
    -----
    .. math:: \frac{\sum_u \sum_k a_{uk} b_{uk}}{\sum_u a_u b_u}

    Zheng et al. (2023), "Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena", setups 1 (with ties) and 2.
    """
    settings = Settings(**interval)
    figure, base = _pair_sides(
        table,
        as_names(raters),
        as_names(others),
        rule,
        ties,
        crossed=settings.crossed or not can_be_pooled(table),
    )
    return infer(figure, settings, base)


@shared
def _pair_sides(
    table: RatingTable, raters: Names, others: Names, rule: Rule | None, ties: Ties, *, crossed: bool
) -> tuple[BetweenShare, Estimate]:
    """The figure, and what is counted in it."""
    held, side = split_and_fix(table, raters, others)
    held = apply_ties(apply_rule(held, rule), ties)
    sides = side[held.rater]
    one, other = count_per_unit(held, sides == 0), count_per_unit(held, sides == 1)
    paired = (one > 0) & (other > 0)
    figure = BetweenShare(
        gather_cells(held, paired, side=sides, group=side, crossed=crossed), matchable=held.matchable
    )
    base = start_estimate(
        n=int((one * other).sum()),
        n_unit="pairs",
        level="nominal",
        rule=rule,
        excluded={**held.excluded, "unpaired": int((one + other)[~paired].sum())},
    )
    return figure, base


def as_names(raters: str | Collection[str]) -> Names:
    """A group of raters as it is known by in shared work; a rater named alone stays alone."""
    return raters if isinstance(raters, str) else tuple(raters)


def split_sides(
    table: RatingTable, raters: str | Collection[str], others: str | Collection[str]
) -> tuple[RatingTable, IntArray]:
    """Keep the ratings of two groups, and give the side (0, 1, or -1 for neither) of each rater's code."""
    one, other = table.codes_of(raters), table.codes_of(others)
    if np.intersect1d(one, other).size:
        raise AgreementError("the two groups have a rater in common")
    side = np.full(len(table.raters), -1, dtype=np.int64)
    side[one], side[other] = 0, 1
    return table.keep(side[table.rater] >= 0), side


@shared
def split_and_fix(table: RatingTable, raters: Names, others: Names) -> tuple[RatingTable, IntArray]:
    """The same, with a person who is a side alone held fixed."""
    held, side = split_sides(table, raters, others)
    return fix_single(held, raters, others), side


def fix_single(table: RatingTable, *groups: str | Collection[str]) -> RatingTable:
    """Take a person who is a group alone as the one who is asked about, not as a draw from a population."""
    names = [group if isinstance(group, str) else next(iter(group)) for group in groups if is_single(group)]
    return table.with_kinds(dict.fromkeys(names, "fixed"))


def is_single(group: str | Collection[str]) -> bool:
    return isinstance(group, str) or len(group) == 1
