"""Which systems can be told apart, and how many more items it would take."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import Literal, Unpack

import numpy as np

from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import start_estimate
from evalplatform.agreement.multiplicity import holm
from evalplatform.agreement.ranking.comparisons import Comparisons
from evalplatform.agreement.ranking.pairs import Pairs, pair_systems
from evalplatform.agreement.ranking.scores import Scores
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings

State = Literal["equivalent", "separated", "too_few_items"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairDifference:
    """Two systems on the items that both were seen on.

    Parameters
    ----------
    first, second : names
    difference : lead of the first: mean difference of scores, or of win rates against each other; ``n`` counts
        items. Its interval is for this pair alone
    p_value : two-sided, of no difference, for this pair alone
    adjusted_p : by Holm over all pairs
    separable : whether `adjusted_p` is below one minus the confidence
    """

    first: str
    second: str
    difference: Estimate
    p_value: float
    adjusted_p: float
    separable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Separability:
    """All pairs of systems.

    Parameters
    ----------
    pairs : every pair that shares an item, names in order
    share : of these pairs that can be told apart; ``n`` counts them
    """

    pairs: tuple[PairDifference, ...]
    share: Estimate

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSaturation:
    """Whether more items could still decide between two systems.

    Parameters
    ----------
    first, second : names
    difference : lead of the first, with an interval that holds for all pairs at once
    state : ``equivalent``: the interval lies within the margin; ``separated``: it excludes 0;
        ``too_few_items``: neither
    items_needed : items at which one of the two could be expected; None where decided, or no number would do
    """

    first: str
    second: str
    difference: Estimate
    state: State
    items_needed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """What a set of items can still tell.

    Parameters
    ----------
    margin : differences up to it do not matter
    pairs : every pair that shares an item
    saturated : whether every pair is decided; None without pairs
    items_needed : the most that a pair needs; None where none needs more, or no number would do
    """

    margin: float
    pairs: tuple[PairSaturation, ...]
    saturated: bool | None
    items_needed: int | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return asdict(self)


def separate_systems(source: Comparisons | Scores, **interval: Unpack[IntervalOptions]) -> Separability:
    r"""Which pairs of systems can be told apart, from the paired difference on the same items.

    Parameters
    ----------
    source : preferences, or scores on items; scores of an item are averaged first
    interval : `inference` (``these_raters`` or None), `confidence`

    Returns
    -------
    Separability
        Leads of scores have any value, of win rates they lie in [-1, 1]. A lead has no interval where its items
        are one (``too_few_items``) or all give the same (``too_few_items``, from 50 on ``no_variation``); its
        p-value is then that of the sign test. The share is undefined as ``no_pairable_units`` without pairs.

    Notes
    -----
    .. math:: \bar d \pm t_{n - 1} \sqrt{\frac{\sum_i (d_i - \bar d)^2}{n (n - 1)}}

    over items i, which is the jackknife of a mean; several comparisons of a pair on an item are left out together.
    Intervals of the two systems may overlap and their difference still be clear: on the same items what makes an
    item hard is common to both and drops out. Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Scores, separate_systems
    >>> held = Scores.from_arrays(list("aaaabbbb"), [1, 2, 3, 4] * 2, [3, 4, 5, 5, 2, 3, 4, 3])
    >>> found = separate_systems(held)
    >>> found.pairs[0].difference.estimate, found.pairs[0].separable
    (1.25, True)
    """
    settings = _read_settings(interval)
    pairs = pair_systems(source)
    p_values = pairs.leads.p_values(0.0)
    adjusted = holm(p_values)
    apart = adjusted < 1 - settings.confidence
    share = start_estimate(n=len(apart), n_unit="pairs", excluded={})
    named = zip(_estimate_all(source, pairs, settings), p_values, adjusted, apart, strict=True)
    return Separability(
        pairs=tuple(
            PairDifference(
                first=first,
                second=second,
                difference=lead,
                p_value=float(p_value),
                adjusted_p=float(holms),
                separable=bool(clear),
            )
            for (first, second, lead), p_value, holms, clear in named
        ),
        share=replace(share, estimate=float(apart.mean()))
        if len(apart)
        else replace(share, undefined="no_pairable_units"),
    )


def find_saturation(
    source: Comparisons | Scores,
    *,
    margin: float,
    power: float = 0.8,
    **interval: Unpack[IntervalOptions],
) -> Saturation:
    r"""Whether a set of items has told what it can, given the difference that would matter.

    Parameters
    ----------
    source : as for `separate_systems`
    margin : differences of at most this much do not matter, above 0; to be declared before the data
    power : chance that the items needed bring the decision, if the difference is what it seems
    interval : `confidence`, that all intervals hold at once

    Returns
    -------
    Saturation
        Items are counted for each pair. A pair without an interval has too few items.

    Notes
    -----
    .. math:: n = \Big(\frac{(z_{1 - \alpha / 2m} + z_{power}) \, s}{\max(\delta - |d|, |d|)}\Big)^2

    with lead d, its spread over items s, margin delta, and m pairs (Bonferroni). Equivalence by an interval within
    the margin: Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.

    Examples
    --------
    >>> from evalplatform.agreement.ranking import Scores, find_saturation
    >>> held = Scores.from_arrays(list("aaaabbbb"), [1, 2, 3, 4] * 2, [3, 4, 5, 5, 3, 4, 6, 3])
    >>> found = find_saturation(held, margin=0.5)
    >>> found.saturated, found.items_needed
    (False, 199)
    """
    if not margin > 0 or not 0 < power < 1:
        raise AgreementError("a margin is above 0, and a power between 0 and 1")
    settings = _read_settings(interval)
    pairs = pair_systems(source)
    level = 1 - (1 - settings.confidence) / max(len(pairs.one), 1)
    needed = _count_needed(pairs, margin, level, power)
    found = [
        _saturate(*named, margin, float(items))
        for named, items in zip(
            _estimate_all(source, pairs, replace(settings, confidence=level)), needed, strict=True
        )
    ]
    left = [each.items_needed for each in found if each.state == "too_few_items"]
    return Saturation(
        margin=margin,
        pairs=tuple(found),
        saturated=not left if found else None,
        items_needed=None if not left or None in left else max(each or 0 for each in left),
    )


def _saturate(first: str, second: str, lead: Estimate, margin: float, needed: float) -> PairSaturation:
    state: State = "too_few_items"
    if lead.low is not None and lead.high is not None:
        if -margin <= lead.low and lead.high <= margin:
            state = "equivalent"
        elif lead.low > 0 or lead.high < 0:
            state = "separated"
    items = ceil(needed) if state == "too_few_items" and np.isfinite(needed) else None
    return PairSaturation(first=first, second=second, difference=lead, state=state, items_needed=items)


def _count_needed(pairs: Pairs, margin: float, level: float, power: float) -> FloatArray:
    """Items at which each pair could be expected to be decided, infinite where none would do."""
    from scipy.special import ndtri  # scipy is imported on use

    leads = np.abs(pairs.leads.point)
    clear = np.maximum(margin - leads, leads)
    spread = pairs.leads.error * np.sqrt(pairs.leads.items)
    quantiles = float(ndtri((1 + level) / 2) + ndtri(power))
    needed = np.divide(quantiles * spread, clear, out=np.full(len(leads), np.inf), where=spread > 0) ** 2
    found: FloatArray = np.maximum(needed, pairs.leads.items + 1)
    return found


def _estimate_all(
    source: Comparisons | Scores, pairs: Pairs, settings: Settings
) -> Iterator[tuple[str, str, Estimate]]:
    """Names and lead of each pair."""
    for place, (one, other) in enumerate(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True)):
        n = int(pairs.leads.items[place])
        base = start_estimate(n=n, n_unit="items", excluded=source.excluded)
        yield (
            source.systems[one],
            source.systems[other],
            pairs.leads.fill(place, base, settings, pairs.bounds),
        )


def _read_settings(interval: IntervalOptions) -> Settings:
    settings = Settings(**interval)
    settings.refuse_method()
    settings.refuse_raters("differences of systems")
    return settings
