"""A forecast in a few lines of text."""

from decimal import Decimal

from judges.engine.money.ranges import Range
from judges.engine.planning.forecast import Forecast, LaneForecast
from judges.engine.planning.foresight import Basis


def describe_forecast(told: Forecast) -> str:
    """Calls, tokens, cost and time, what they stand on, and what to beware of."""
    lines = [
        f"{told.tasks} tasks, {told.calls} calls (the prompts of {told.sampled} tasks were written out).",
        *_describe_further(told.further_calls),
        f"  tokens in   {_count(told.tokens_in)}, from {told.tokens_in_basis.label}",
        f"  tokens out  {_count(told.tokens_out)}, from {told.tokens_out_basis.label}",
        f"  live        {_describe_lane(told.lanes['live'])}",
    ]
    if told.seconds_basis != Basis.NONE:
        lines[-1] += f", from {told.seconds_basis.label}"
        lines.append(f"  as a batch  {_describe_lane(told.lanes['batch'])}")
    if told.left_out:
        lines.insert(1, f"  left out    {told.left_out} tasks on items that the judge learnt from")
    if told.available is not None:
        lines.append(f"  available   {told.available:.4f} USD")
    lines += [f"Beware: {caution.label}" for caution in told.cautions]
    return "\n".join([*lines, "Nothing was started. Calls that fail and are made again come on top."])


def _describe_further(calls: Range[int]) -> list[str]:
    return [f"  then        {_count(calls)} calls that follow from what these say"] if calls.high else []


def _count(counts: Range[int]) -> str:
    return f"{counts.expected:,} ({counts.low:,} to {counts.high:,})"


def _describe_lane(lane: LaneForecast) -> str:
    cost = "price unknown" if lane.cost is None else _describe_cost(lane.cost)
    return f"{cost}, {_describe_time(lane.seconds)}" if lane.seconds else cost


def _describe_cost(cost: Range[Decimal]) -> str:
    return f"{cost.expected:.4f} USD ({cost.low:.4f} to {cost.high:.4f})"


def _describe_time(seconds: Range[float]) -> str:
    low, expected, high = (_spell(value) for value in (seconds.low, seconds.expected, seconds.high))
    return f"{expected} ({low} to {high})"


def _spell(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
