"""Verdicts on a pair shown in both orders: merged into one, and searched for a lean to a position."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Unpack

from evalplatform.agreement.arrays import Labels
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.means import value_rate
from evalplatform.agreement.preferences import PREFERENCES, TIES
from evalplatform.agreement.results import Estimate
from evalplatform.agreement.settings import IntervalOptions
from evalplatform.agreement.table import RatingTable

Order = Literal["forward", "swapped"]
Verdicts = Sequence[str | None]
OUTCOMES = ("consistent", "first_biased", "second_biased", "mixed", "missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPairs:
    """Verdicts of one judge, one entry a unit: with the canonical first system shown first, and second."""

    units: tuple[Hashable, ...]
    forward: tuple[str | None, ...]
    swapped: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionConsistency:
    """How far the verdicts of a judge survive a swap of the two answers.

    Attributes
    ----------
    consistency : share of units with the same verdict in both orders (kinds of tie are one verdict), among
        those with a verdict in both
    first_biased, second_biased : units where the answer shown first, or second, won in both orders
    mixed : units with a tie in one order only
    missing : units without a verdict in at least one order; they stand in no share
    p_value : exact two-sided binomial test of first_biased against second_biased at one half; None without
        either
    first_share : share of the verdicts that are no tie, in either order, for the answer shown first; None
        without any
    """

    consistency: Estimate
    first_biased: int
    second_biased: int
    mixed: int
    missing: int
    p_value: float | None
    first_share: float | None

    def to_dict(self) -> dict[str, object]:
        """Give the result as plain JSON types."""
        return {**asdict(self), "consistency": self.consistency.to_dict()}


def merge_orders(forward: str | None, swapped: str | None) -> str | None:
    """Make one verdict of two, both against the canonical order; None where either is missing.

    The same winner is kept, two ties of whatever kind are a tie (of that kind, if it is the same), and all
    else is ``inconsistent``: also a tie in one order and a winner in the other.
    """
    if forward is None or swapped is None:
        return None
    if forward == swapped:
        return forward
    return "tie" if forward in TIES and swapped in TIES else "inconsistent"


def pair_orders(
    records: Iterable[Mapping[str, Any]],  # Any: records come as parsed JSON
    *,
    unit: str = "unit",
    rater: str = "rater",
    presentation: str = "presentation",
    value: str = "value",
) -> dict[str, OrderPairs]:
    """Find the verdicts of each judge in both orders.

    The keyword arguments name the keys. Values are against the canonical order; a presentation is ``forward``
    (the canonical order was shown) or ``swapped``, records with another are left out, and so are units shown
    in one order only. Of repeats in one order the first stands.
    """
    seen: dict[str, dict[Hashable, dict[Order, str | None]]] = defaultdict(lambda: defaultdict(dict))
    for record in records:
        if record[presentation] in ("forward", "swapped"):
            seen[record[rater]][record[unit]].setdefault(record[presentation], record[value])
    return {name: _pair_units(units) for name, units in sorted(seen.items())}


def _pair_units(units: Mapping[Hashable, Mapping[Order, str | None]]) -> OrderPairs:
    both = {unit: orders for unit, orders in units.items() if len(orders) == 2}
    return OrderPairs(
        units=tuple(both),
        forward=tuple(orders["forward"] for orders in both.values()),
        swapped=tuple(orders["swapped"] for orders in both.values()),
    )


def position_consistency(
    forward: Verdicts,
    swapped: Verdicts,
    *,
    clusters: Labels | None = None,
    **interval: Unpack[IntervalOptions],
) -> PositionConsistency:
    """Compare the verdicts of one judge in both orders.

    Parameters
    ----------
    forward, swapped : (units,) verdicts against the canonical order, shown in it and swapped; None where no
        verdict could be read
    clusters : (units,) the items that are resampled whole; None: every unit is its own
    interval : `inference`, `resamples`, `seed`, `confidence`, `method`; a judge is no population

    Returns
    -------
    PositionConsistency
        Its `consistency` is undefined as ``no_pairable_units`` without a unit judged in both orders.

    Notes
    -----
    Consistency and bias counts as in Zheng et al. (2023), table 2; primacy against recency by the binomial
    test of Shi et al. (2024), "Judging the Judges".
    """
    if len(forward) != len(swapped):
        raise AgreementError("the two orders differ in length")
    outcomes = [_classify(one, other) for one, other in zip(forward, swapped, strict=True)]
    counts = {outcome: outcomes.count(outcome) for outcome in OUTCOMES}
    table = RatingTable.from_arrays(
        list(range(len(outcomes))),
        ["judge"] * len(outcomes),
        [None if outcome == "missing" else outcome for outcome in outcomes],
        level="nominal",
        clusters=clusters,
        kinds={"judge": "fixed"},
    )
    return PositionConsistency(
        consistency=replace(value_rate(table, {"consistent"}, **interval), n_unit="units"),
        first_biased=counts["first_biased"],
        second_biased=counts["second_biased"],
        mixed=counts["mixed"],
        missing=counts["missing"],
        p_value=_compare_counts(counts["first_biased"], counts["second_biased"]),
        first_share=_share_first(forward, swapped),
    )


def inconsistency_rate(
    table: RatingTable, rater: str | None = None, **interval: Unpack[IntervalOptions]
) -> Estimate:
    """Share of `inconsistent` among the verdicts already merged from both orders.

    Returns
    -------
    Estimate
        In [0, 1]; ``n`` counts verdicts. Undefined: ``no_pairable_units`` (no verdict).
    """
    held = table if rater is None else table.subset(raters=rater)
    return replace(value_rate(held, {"inconsistent"}, **interval), n_unit="verdicts")


def _classify(forward: str | None, swapped: str | None) -> str:
    for verdict in (forward, swapped):
        if verdict is not None and (verdict not in PREFERENCES or verdict == "inconsistent"):
            raise AgreementError(f"not a verdict on one order: {verdict!r}")
    merged = merge_orders(forward, swapped)
    if merged is None:
        return "missing"
    if merged != "inconsistent":
        return "consistent"
    return {("first", "second"): "first_biased", ("second", "first"): "second_biased"}.get(
        (str(forward), str(swapped)), "mixed"
    )


def _share_first(forward: Verdicts, swapped: Verdicts) -> float | None:
    won = [*(v == "first" for v in forward if v in ("first", "second"))]
    won += [v == "second" for v in swapped if v in ("first", "second")]
    return sum(won) / len(won) if won else None


def _compare_counts(one: int, other: int) -> float | None:
    """Exact two-sided binomial test at one half, whose two tails are equal."""
    from scipy.special import bdtr  # scipy is imported on use

    return min(1.0, 2 * float(bdtr(min(one, other), one + other, 0.5))) if one + other else None
