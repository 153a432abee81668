"""Decisions that hold however often somebody looks, made on items in an order drawn beforehand."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np

from evalplatform.agreement.arrays import FloatArray, Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.few_labels.betting import bet_above, bet_below, find_limits, hedge, size_bets
from evalplatform.agreement.few_labels.decisions import Decision, Side
from evalplatform.agreement.few_labels.item_orders import take_means
from evalplatform.agreement.few_labels.powered import name_few
from evalplatform.agreement.few_labels.samples import Numbers
from evalplatform.agreement.quantiles import find_student_t
from evalplatform.agreement.results import Estimate

MOST_LOG = 700.0  # larger e-values are no numbers any more


def decide_sequentially(
    votes: Numbers,
    items: Labels,
    *,
    order: Sequence[Hashable],
    null: float = 0.5,
    bounds: tuple[float, float] = (0.0, 1.0),
    planned: int | None = None,
    confidence: float = 0.95,
) -> Decision:
    r"""Whether the mean over items is above or below a value, right at any number of looks.

    Parameters
    ----------
    votes : (n,) numbers within the bounds; wins as 1, losses as 0 and ties as one half. None or NaN are left out
    items : (n,) the item of each vote. The mean of an item's votes is one observation: votes on an item are not
        independent, and sequences of votes decide too often
    order : all items in the order drawn beforehand (see `draw_order`). Items count up to the first without a
        vote, votes on later ones are left out (``out_of_order``)
    null : the mean that is asked about
    bounds : least and greatest vote that there can be
    planned : how many items are likely to be asked about, by which bets are sized; None: all of the order. A
        guess costs width and no more
    confidence : 1 less the chance of ever deciding while the mean is the null

    Returns
    -------
    Decision
        ``n`` counts items. The anytime interval needs no items in number and no variation; the fixed one is
        undefined as ``too_few_items`` or ``no_variation``. Undefined without an item: ``no_pairable_units``; where
        early and late items contradict each other beyond chance: ``order_not_random``.

    Notes
    -----
    Hedged capital of Waudby-Smith and Ramdas (2024), Estimating means of bounded random variables by betting,
    Journal of the Royal Statistical Society B 86, section 4.4: for x in [0, 1] and a mean m

    .. math:: K^\pm_t(m) = \prod_{i \le t} (1 \pm \lambda^\pm_i(m) (x_i - m)), \quad
        E_t(m) = \tfrac12 (K^+_t + K^-_t)

    with bets lambda of sqrt(2 log(2 / alpha) / (n s^2)) for n planned items and the variance s^2 so far, cut at
    1 / (2m) and 1 / (2(1 - m)). E is an e-process; the question is decided when one of its halves reaches
    1 / alpha, and the limits enclose all m against which none ever did. Items are taken for draws from many: the
    decision speaks of other items of the kind. Of all looks the last planned one costs least: its interval is
    about 1.25 times, half way about 1.35 times as wide as one that was fixed to be the only one.

    Examples
    --------
    >>> from evalplatform.agreement.few_labels import decide_sequentially
    >>> votes, items = [1, 1, 0.5, 1, 0, 1] * 20, [place // 3 for place in range(120)]
    >>> found = decide_sequentially(votes, items, order=range(40))
    >>> found.side, found.decided_at, round(found.anytime.estimate, 2), round(found.peeking, 1)
    ('above', 17, 0.75, 3.2)
    """
    planned = len(order) if planned is None else planned
    _check(null, bounds, planned, confidence)
    means, excluded = take_means(votes, items, order, bounds)
    base = Estimate(
        estimate=float(means.mean()) if len(means) else None,
        n=len(means),
        n_unit="items",
        excluded={"out_of_order": excluded} if excluded else {},
        confidence=confidence,
        inference="these_raters",
    )
    low, size, level = bounds[0], bounds[1] - bounds[0], 1 - confidence
    values = (means - low) / size
    side, at, e_value = _decide(values, (null - low) / size, level, planned)
    anytime, fixed = _bet(base, values, bounds, level, planned), _fix(base, means, bounds)
    return Decision(
        null=null,
        side=side,
        decided_at=at,
        anytime=anytime,
        fixed=fixed,
        e_value=e_value,
        peeking=_compare_widths(anytime, fixed),
    )


def _check(null: float, bounds: tuple[float, float], planned: int, confidence: float) -> None:
    if not bounds[0] < bounds[1] or not bounds[0] <= null <= bounds[1] or not 0 < confidence < 1:
        raise AgreementError("the null lies within the bounds, and confidence between 0 and 1")
    if planned < 0:
        raise AgreementError("no fewer than no items are planned")


def _compare_widths(one: Estimate, other: Estimate) -> float | None:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return None
    return (one.high - one.low) / (other.high - other.low)


def _decide(values: FloatArray, null: float, level: float, planned: int) -> tuple[Side, int | None, float]:
    """The side, the items after which it was found, and the e-value after all items."""
    if not len(values):
        return "undecided", None, 1.0
    sizes = size_bets(values, level, planned)
    above, below = bet_above(values, sizes, null), bet_below(values, sizes, null)
    e_value = float(np.exp(min(hedge(above, below)[-1], MOST_LOG)))
    reached = np.flatnonzero(np.maximum(above, below) >= np.log(2 / level))
    if not len(reached):
        return "undecided", None, e_value
    first = int(reached[0])
    return ("above" if above[first] > below[first] else "below"), first + 1, e_value


def _bet(
    base: Estimate, values: FloatArray, bounds: tuple[float, float], level: float, planned: int
) -> Estimate:
    if base.estimate is None:
        return replace(base, undefined="no_pairable_units")
    low, high = (bounds[0] + each * (bounds[1] - bounds[0]) for each in find_limits(values, level, planned))
    if not low < high:
        return replace(base, undefined="order_not_random")
    low, high = min(low, base.estimate), max(high, base.estimate)  # earlier looks may have ruled out the mean
    return replace(base, low=low, high=high, method="betting")


def _fix(base: Estimate, means: FloatArray, bounds: tuple[float, float]) -> Estimate:
    n = len(means)
    if base.estimate is None:
        return replace(base, undefined="no_pairable_units")
    error = float(means.std(ddof=1)) / n**0.5 if n > 1 else 0.0
    if not error > 1e-12:
        return replace(base, undefined="too_few_items" if n < 2 else name_few(n))
    reach = find_student_t(n - 1, base.confidence) * error
    low, high = max(base.estimate - reach, bounds[0]), min(base.estimate + reach, bounds[1])
    return replace(base, low=low, high=high, method="t_distribution")
