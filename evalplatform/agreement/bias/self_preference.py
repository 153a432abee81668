"""Does a judge prefer the answers of its own family by more than they deserve?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Unpack

import numpy as np

from evalplatform.agreement.bias.clustered import (
    DIFFERENCE,
    begin,
    infer_figure,
    infer_mean,
    make_figure,
    subtract_rates,
)
from evalplatform.agreement.bias.instruments import is_weak, solve_first
from evalplatform.agreement.bias.own_pairs import OwnPairs, gather_pairs
from evalplatform.agreement.bias.results import to_plain
from evalplatform.agreement.bias.verbosity import Lengths
from evalplatform.agreement.bias.verdicts import Raters
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.results import Estimate, Undefined
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.table import RatingTable


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfPreference:
    """How far a judge favours its own family.

    Attributes
    ----------
    effect : how much more often the judge names the answer of its own family than judges of families that
        wrote neither answer, on the same presentations, beyond what it differs from them on pairs that its
        family wrote no answer of, given length and human margin
    unadjusted : figures in use that an unbiased judge does not have at 0: ``win_rate_gap``, the rate of
        wins of the own family by the judge less that by people; ``equal_opportunity``, how often the judge
        names the own answer where people do, less how often it names the other where people do
    own, control : presentations of pairs with one answer of the own family, and with none, in the effect
    """

    effect: Estimate
    unadjusted: Mapping[str, Estimate]
    own: int
    control: int

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return to_plain(self)


def self_preference(
    table: RatingTable,
    judge: str,
    people: Raters,
    systems: Mapping[Any, tuple[str, str]],  # Any: unit labels of whatever type
    families: Mapping[str, str],
    *,
    lengths: Lengths | None = None,
    **interval: Unpack[IntervalOptions],
) -> SelfPreference:
    r"""Self-preference of a judge as a difference in differences.

    Parameters
    ----------
    table : preferences of judges and people against the canonical order; a tie of any kind and an
        inconsistent verdict give each side one half. With a `presentation` judges are compared on the same
        order, and a lean to the place of an answer is taken out
    judge : name of the judge
    people : names of those whose votes are the human margin
    systems : the two systems of each unit label, in the canonical order
    families : family of each system and judge by name; all raters in it, other than the judge and the
        people, are the other judges. A system without a family is of none
    lengths : characters of both answers of each unit label; None: not taken out
    interval : `inference`, `resamples`, `seed`, `confidence`; items are drawn

    Returns
    -------
    SelfPreference
        Figures in [-1, 1], except that the effect is not cut there. ``n`` counts presentations. The effect is
        undefined as ``no_other_family_judge`` where no judge of a third family rated what the judge did,
        ``no_human_margin`` without votes of people, ``no_pairable_units`` without pairs of the own family,
        ``no_control_pairs`` without others, ``weak_margin`` where votes of people tell too little of the
        verdicts of the other judges (F below 10), ``collinear`` where the parts cannot be told apart.

    Notes
    -----
    With y the difference of verdicts (judge less the mean of other judges, for the canonical first answer),
    s = 1 where that answer is of the own family, -1 where the other is, 0 where neither is, q the quality,
    l the relative difference of lengths and o = 1 or -1 for the order shown,

    .. math:: y = \delta s + \theta q + \lambda l + \omega o + e

    The theta that pairs of other families show is how much more, or less, accurate the judge is than the
    others; delta is what is left on pairs of the own family. Quality is read off the mean verdict of the
    other judges. As that is itself in y, and as votes of few people are a noisy margin that would leave a
    part of quality in delta, the human margin is its instrument: it needs errors of people and judges to
    be independent given quality, and verdicts of judges to be near proportional in it. Wataoka et al. (2024),
    "Self-Preference Bias in LLM-as-a-Judge", for equal opportunity; Staiger and Stock (1997), Econometrica 65,
    557-586, for weak instruments.

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import self_preference
    >>> rows = [(1, "gpt", "first"), (1, "ann", "second"), (2, "gpt", "first"), (2, "ann", "first")]
    >>> table = RatingTable.from_records(rows, level="nominal")
    >>> pairs = {1: ("gpt-4", "vicuna"), 2: ("gpt-4", "vicuna")}
    >>> found = self_preference(table, "gpt", "ann", pairs, {"gpt": "openai", "gpt-4": "openai"}, inference=None)
    >>> found.effect.undefined, found.unadjusted["win_rate_gap"].estimate
    ('no_other_family_judge', 0.5)
    """
    settings = Settings(**interval)
    pairs = gather_pairs(table, judge, people, systems, families, lengths)
    compared = pairs.keep(np.isfinite(pairs.judge - pairs.others) & np.isfinite(pairs.margin))
    return SelfPreference(
        effect=_find_effect(pairs, compared, settings),
        unadjusted={
            "win_rate_gap": _find_gap(pairs, settings),
            "equal_opportunity": _find_opportunity(pairs, settings),
        },
        own=int((compared.own != 0).sum()),
        control=int((compared.own == 0).sum()),
    )


def _find_effect(pairs: OwnPairs, compared: OwnPairs, settings: Settings) -> Estimate:
    base = start_estimate(
        n=len(compared.own),
        n_unit="presentations",
        excluded={**pairs.excluded, "unpaired": len(pairs.own) - len(compared.own)},
    )
    obstacle = _find_obstacle(pairs, compared)
    if obstacle:
        return replace(begin(base, settings), undefined=obstacle)
    shared = [column for column in (compared.length, compared.order) if column.any()]
    causes = [compared.own, compared.others, *shared]
    instruments = [compared.own, compared.margin, *shared]
    if is_weak(compared.others, compared.margin, [compared.own, *shared], compared.cluster):
        return replace(begin(base, settings), undefined="weak_margin")
    target = compared.judge - compared.others
    products = [one * other for one in instruments for other in (*causes, target)]
    figure = make_figure(products, compared.cluster, solve_first)
    found = infer_figure(figure, settings, base, undefined="collinear")
    few = min(_count_clusters(compared, own) for own in (True, False)) < 2
    if found.low is not None and few:
        return replace(found, low=None, high=None, method=None, undefined="too_few_items")
    return found


def _find_obstacle(pairs: OwnPairs, compared: OwnPairs) -> Undefined | None:
    if not np.isfinite(pairs.judge).any():
        return "no_pairable_units"
    if not np.isfinite(pairs.judge - pairs.others).any():
        return "no_other_family_judge"
    if not len(compared.own):
        return "no_human_margin"
    if not (compared.own != 0).any():
        return "no_pairable_units"
    return None if (compared.own == 0).any() else "no_control_pairs"


def _count_clusters(pairs: OwnPairs, own: bool) -> int:
    return len(np.unique(pairs.cluster[(pairs.own != 0) == own]))


def _find_gap(pairs: OwnPairs, settings: Settings) -> Estimate:
    held = _own_with_people(pairs)
    lead = (held.judge - held.margin) * held.own
    base = start_estimate(n=len(lead), n_unit="presentations", excluded=pairs.excluded)
    return infer_mean(lead, held.cluster, settings, base, bounds=DIFFERENCE)


def _find_opportunity(pairs: OwnPairs, settings: Settings) -> Estimate:
    held = _own_with_people(pairs)
    held = held.keep(held.margin != 0)
    by_people = held.margin * held.own > 0
    agrees = 0.5 + held.judge * np.sign(held.margin)
    columns = [
        agrees * by_people,
        by_people.astype(np.float64),
        agrees * ~by_people,
        (~by_people).astype(np.float64),
    ]
    base = start_estimate(n=len(agrees), n_unit="presentations", excluded=pairs.excluded)
    figure = make_figure(columns, held.cluster, subtract_rates, bounds=DIFFERENCE)
    return infer_figure(figure, settings, base)


def _own_with_people(pairs: OwnPairs) -> OwnPairs:
    return pairs.keep((pairs.own != 0) & np.isfinite(pairs.judge) & np.isfinite(pairs.margin))
