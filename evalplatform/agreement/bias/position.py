"""Does a verdict follow the place of an answer?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np

from evalplatform.agreement.arrays import BoolArray, Labels
from evalplatform.agreement.bias.clustered import DIFFERENCE, SHARE, Bounds, encode_rows, infer_mean
from evalplatform.agreement.bias.results import to_plain
from evalplatform.agreement.bias.verdicts import Raters, keep_decided
from evalplatform.agreement.cells import count_per_unit, gather_cells
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.inference import infer, start_estimate
from evalplatform.agreement.orders import merge_orders, position_consistency
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions, Settings
from evalplatform.agreement.shares import ValueShare
from evalplatform.agreement.table import RatingTable

FIRST_SLOT = np.array([[1.0, 0.0], [0.0, 1.0]])  # presentation x winner: did the answer shown first win?


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionBias:
    """How verdicts follow the place of an answer, among units judged in both orders.

    Attributes
    ----------
    consistency : share with the same verdict in both orders
    primacy, recency : share in which the answer shown first, or second, won in both orders
    mixed : share with a tie in one order only
    preference_fairness : recency less primacy: 0 is fair, 1 all recency, -1 all primacy
    errors : share without a verdict in at least one order, of all units; they stand in no other share
    p_value : exact two-sided binomial test of primacy against recency; None without either
    """

    consistency: Estimate
    primacy: Estimate
    recency: Estimate
    mixed: Estimate
    preference_fairness: Estimate
    errors: Estimate
    p_value: float | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return to_plain(self)


def position_bias(
    forward: Sequence[str | None],
    swapped: Sequence[str | None],
    *,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> PositionBias:
    r"""Lean of one rater, a judge or a person, to a place, from verdicts on the same pairs in both orders.

    Parameters
    ----------
    forward, swapped : (units,) verdicts against the canonical order, shown in it and swapped; None where
        there is none. `pair_orders` makes them of records
    clusters : (units,) the items that are resampled whole; None: every unit is its own
    interval : `inference`, `resamples`, `seed`, `confidence`

    Returns
    -------
    PositionBias
        Shares in [0, 1], `preference_fairness` in [-1, 1]; ``n`` counts units. Undefined:
        ``no_pairable_units`` without a unit judged in both orders.

    Notes
    -----
    With p and r the units of primacy and recency among n, Shi et al. (2024), "Judging the Judges", weigh
    each count by its share of the inconsistent verdicts that name a place; on the scale of shares

    .. math:: \frac{r}{n} \frac{r}{p + r} - \frac{p}{n} \frac{p}{p + r} = \frac{r - p}{n}

    The binomial test takes units for independent, clusters or not; the interval of `preference_fairness`
    does not.

    Examples
    --------
    >>> from evalplatform.agreement.bias import position_bias
    >>> found = position_bias(["first", "first", "second"], ["second", "first", "second"], inference=None)
    >>> round(found.primacy.estimate, 4), found.recency.estimate, round(found.preference_fairness.estimate, 4)
    (0.3333, 0.0, -0.3333)
    """
    settings = Settings(**interval)
    counted = position_consistency(forward, swapped, clusters=clusters, inference=None)
    one, other = (np.array(verdicts, dtype=np.object_) for verdicts in (forward, swapped))
    judged = np.array([None not in pair for pair in zip(forward, swapped, strict=True)], dtype=np.bool_)
    cluster = encode_rows(len(judged), clusters)
    primacy = (one == "first") & (other == "second")
    recency = (one == "second") & (other == "first")
    same = _are_same(forward, swapped)

    def share(
        held: BoolArray, among: BoolArray, taken: BoolArray | None = None, bounds: Bounds = SHARE
    ) -> Estimate:
        values = held.astype(np.float64) - (0.0 if taken is None else taken.astype(np.float64))
        base = start_estimate(
            n=int(among.sum()), n_unit="units", level="nominal", excluded={"missing": int((~among).sum())}
        )
        return infer_mean(values[among], cluster[among], settings, base, bounds=bounds)

    return PositionBias(
        consistency=share(same, judged),
        primacy=share(primacy, judged),
        recency=share(recency, judged),
        mixed=share(~same & ~primacy & ~recency, judged),
        preference_fairness=share(recency, judged, primacy, DIFFERENCE),
        errors=share(~judged, np.ones_like(judged)),
        p_value=counted.p_value,
    )


def first_slot_rate(
    table: RatingTable, raters: Raters | None = None, **interval: Unpack[IntervalOptions]
) -> Estimate:
    r"""Share of the verdicts that name a winner, for the answer shown first; each pair may be seen in one order.

    Parameters
    ----------
    table : preferences against the canonical order, with their `presentation`: ``forward`` where that order
        was shown, ``swapped``; verdicts with another are left out, counted as ``order_unknown``
    raters : whose verdicts; None: everybody's
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts verdicts, ties are left out. Undefined: ``no_pairable_units`` (no verdict).

    Notes
    -----
    .. math:: \frac{\#(\text{forward, first}) + \#(\text{swapped, second})}{\#(\text{first}) + \#(\text{second})}

    One half is fair only where chance decided which answer was shown first, or each pair was shown in both
    orders: else the better system may have stood first more often. Wang et al. (2023), "Large Language Models
    are not Fair Evaluators".

    Examples
    --------
    >>> from evalplatform.agreement import RatingTable
    >>> from evalplatform.agreement.bias import first_slot_rate
    >>> table = RatingTable.from_arrays([1, 2, 3, 4], ["ann"] * 4, ["first", "second", "second", "tie"],
    ...     presentations=["forward", "swapped", "forward", "forward"], level="nominal")
    >>> round(first_slot_rate(table, inference=None).estimate, 4)
    0.6667
    """
    settings = Settings(**interval)
    if table.presentation is None:
        raise AgreementError("the table has no presentations")
    held = keep_decided(table if raters is None else table.subset(raters=raters))
    shown = np.zeros(0, dtype=np.object_) if held.presentation is None else held.presentation
    known = np.isin(shown.astype(str), ["forward", "swapped"])
    held = held.keep(known, reason="order_unknown")
    side = (shown[known] == "swapped").astype(np.int64)
    winners = [label == "second" for label in held.categories] or [False]
    cells = gather_cells(held, count_per_unit(held) > 0, side=side, crossed=settings.crossed)
    base = start_estimate(n=len(held), n_unit="verdicts", excluded=held.excluded, level="nominal")
    points = FIRST_SLOT[:, np.array(winners, dtype=np.int64)]
    return infer(ValueShare(cells, points=points), settings, base)


def _are_same(forward: Sequence[str | None], swapped: Sequence[str | None]) -> BoolArray:
    merged = [merge_orders(one, other) for one, other in zip(forward, swapped, strict=True)]
    return np.array([verdict is not None and verdict != "inconsistent" for verdict in merged], dtype=np.bool_)
