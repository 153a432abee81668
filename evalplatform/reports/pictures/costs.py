"""Quality against cost: one point a judge, and the line of those that nobody beats on both."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from evalplatform.reports.money.costs import CostTable, JudgeCost
from evalplatform.reports.pictures.picture import WIDTH, Picture, Record, explain_open
from evalplatform.reports.words.statistic_names import name_statistic

if TYPE_CHECKING:  # loaded on use
    import altair as alt

HEIGHT = 360
FEW = 5  # powers of ten
WIDE = 10.0  # a span of prices, as a ratio, from which on their axis is logarithmic


def draw_costs(table: CostTable) -> Picture | None:
    """The picture of the judges whose price and agreement are both known; None where there is none."""
    if table.measure is None:
        return None
    records: list[Record] = [
        {
            "judge": judge.name,
            "usd": judge.usd,
            "agreement": judge.agreement,
            "low": judge.low,
            "high": judge.high,
            "n": judge.n,
            "front": _("yes") if judge.is_on_front else _("no"),
        }
        for judge in table.judges
        if judge.is_complete
    ]
    if not records:
        return None
    front = [record for record, judge in zip(records, _complete(table), strict=True) if judge.is_on_front]
    words = name_statistic(table.measure.statistic, table.measure.level)
    return Picture(
        name="costs",
        title=_("Quality against cost"),
        description=_(
            "The line joins the judges that no other beats on both: as good for less, or better for as much."
        )
        + explain_open(records),
        columns=(
            ("judge", _("judge")),
            ("usd", _("USD a verdict")),
            ("agreement", words),
            ("low", _("from")),
            ("high", _("to")),
            ("n", "n"),
            ("front", _("unbeaten")),
        ),
        records=records,
        draw=lambda: _spec(records, front, words),
    )


def _complete(table: CostTable) -> list[JudgeCost]:
    return [judge for judge in table.judges if judge.is_complete]


def _spec(records: Sequence[Record], front: Sequence[Record], words: str) -> dict[str, object]:
    import altair as alt

    place = _place_prices([float(record["usd"] or 0) for record in records])
    ends = [value for record in records for key in ("low", "agreement") if (value := record[key]) is not None]
    lowest = min(map(float, ends))
    scale = alt.Scale(domain=[min(0.0, lowest), 1.0], nice=False)
    height = alt.Y("agreement:Q", title=words, scale=scale)
    points = alt.Chart(alt.InlineData(values=list(records)))
    known = points.transform_filter("datum.low !== null")
    spans = known.mark_rule(strokeWidth=3, opacity=0.5).encode(
        x=place, y=alt.Y("low:Q", title=words, scale=scale), y2="high:Q"
    )
    ink = alt.ExprRef("ink")
    marks = [
        chart.mark_point(filled=is_filled, size=80, opacity=1, color=ink).encode(x=place, y=height)
        for chart, is_filled in ((known, True), (points.transform_filter("datum.low === null"), False))
    ]
    names = points.mark_text(align="left", baseline="top", dx=9, dy=6, limit=220).encode(
        x=place, y=height, text="judge:N"
    )
    line = (
        alt.Chart(alt.InlineData(values=list(front)))
        .mark_line(interpolate="step-after", strokeWidth=1.5, strokeDash=[5, 3])
        .encode(x=place, y=height)
    )
    chart = alt.layer(line, spans, *marks, names).properties(width=WIDTH - 60, height=HEIGHT)
    spec: dict[str, object] = chart.to_dict()
    return spec


def _place_prices(prices: Sequence[float]) -> "alt.X":
    """Logarithmic where prices span much; free judges stand at the zero of a scale that is linear near it."""
    import altair as alt

    paid = [price for price in prices if price > 0]
    room = 2 * max(paid, default=0.5)  # for the names, which stand to the right of their points
    if not paid or (len(paid) == len(prices) and max(paid) < WIDE * min(paid)):
        scale, ticks = alt.Scale(domain=[0, room], nice=False), None
    elif len(paid) == len(prices):
        scale, ticks = (
            alt.Scale(type="log", domain=[min(paid) / 2, room], nice=False),
            _list_ticks(min(paid), room),
        )
    else:
        constant = min(paid) / 4
        scale = alt.Scale(type="symlog", constant=constant, domain=[-constant / 4, room], nice=False)
        ticks = [0.0, *_list_ticks(min(paid), room)]
    axis = alt.Axis(format="~g", values=ticks) if ticks else alt.Axis(format="~g", tickCount=6)
    return alt.X("usd:Q", scale=scale, title=_("USD a verdict"), axis=axis)


def _list_ticks(low: float, high: float) -> list[float]:
    """Powers of ten, with their threefold where there are few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 3) if len(powers) < FEW else (1,)
    ticks = [float(f"{step}e{power}") for power in powers for step in steps]
    return [tick for tick in ticks if low / 2 <= tick <= high]
