"""Agreement and reliability, one line a figure, each with its interval and what the interval speaks of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from evalplatform.reports.pictures.picture import WIDTH, Picture, Record, explain_open, measure_labels
from evalplatform.reports.rows import Row
from evalplatform.reports.words.statistic_names import name_statistic
from evalplatform.reports.words.wording import name_inference, name_pair, name_rule, order_raters

if TYPE_CHECKING:  # loaded on use
    import altair as alt

INFERENCES = ("these_raters", "rater_population")


def draw_forest(rows: Sequence[Row]) -> Picture | None:
    """The forest of one criterion, or None where no figure is defined."""
    records: list[Record] = [
        {
            "figure": name_statistic(row.statistic, row.level),
            "raters": _label(row),
            "inference": name_inference(row.inference),
            "estimate": row.estimate,
            "low": row.low,
            "high": row.high,
            "n": row.n,
        }
        for row in sorted(rows, key=_place)
        if row.estimate is not None
    ]
    if not records:
        return None
    thick = _(
        "Thick: how it would vary over other items with these raters. Thin: over other raters as well. Lines "
        "over different tasks (see n) are not ranked against each other."
    )
    return Picture(
        name="forest",
        title=_("Agreement and reliability, with 95 % intervals"),
        description=thick + explain_open(records),
        columns=(
            ("figure", _("figure")),
            ("raters", _("raters")),
            ("inference", _("interval over")),
            ("estimate", _("estimate")),
            ("low", _("from")),
            ("high", _("to")),
            ("n", "n"),
        ),
        records=records,
        draw=lambda: _spec(records),
    )


def _label(row: Row) -> str:
    """Who, under which rule, over how many."""
    is_compared = row.against is not None
    parts = (name_pair(row.raters, row.against), name_rule(row.rule) if is_compared else "", f"n {row.n}")
    return ", ".join(part for part in parts if part)


def _place(row: Row) -> tuple[object, ...]:
    """Agreement first, then what takes chance off; within each people first, then those with most to go by."""
    order = ("percent_agreement", "krippendorff_alpha", "cohen_kappa_with_plurality")
    return (
        order.index(row.statistic) if row.statistic in order else len(order),
        row.level or "",
        order_raters(row.raters)[0],
        -row.n,
        row.raters,
        row.against or "",
        row.inference != "these_raters",
    )


def _spec(records: Sequence[Record]) -> dict[str, object]:
    import altair as alt

    known = [value for record in records for key in ("low", "estimate") if (value := record[key]) is not None]
    scale = alt.Scale(domain=[min(0.0, *(float(value) for value in known)), 1.0])
    room = measure_labels(str(record["raters"]) for record in records)
    panels = [
        _panel([record for record in records if record["figure"] == figure], str(figure), scale, room)
        for figure in dict.fromkeys(record["figure"] for record in records)
    ]
    chart = alt.vconcat(*panels, spacing=8).resolve_scale(strokeWidth="shared")
    spec: dict[str, object] = chart.to_dict()
    return spec


def _panel(
    records: Sequence[Record], figure: str, scale: "alt.Scale", room: int
) -> "alt.LayerChart | alt.FacetChart":
    """One statistic: a line for each set of raters."""
    import altair as alt

    raters = list(dict.fromkeys(str(record["raters"]) for record in records))
    axis = alt.Axis(labelLimit=room, minExtent=room)
    base = alt.Chart().encode(y=alt.Y("raters:N", sort=raters, title=None, axis=axis))
    widths = alt.Scale(domain=[name_inference(inference) for inference in INFERENCES], range=[5, 1.5])
    legend = alt.Legend(title=_("95 % interval over"), symbolType="stroke", symbolSize=500)
    spans = (
        base.transform_filter("datum.low !== null")
        .mark_rule()
        .encode(
            x=alt.X("low:Q", scale=scale, title=None, axis=alt.Axis(tickCount=6)),
            x2="high:Q",
            strokeWidth=alt.StrokeWidth("inference:N", scale=widths, legend=legend),
        )
    )
    place = alt.X("estimate:Q", scale=scale, title=None, axis=alt.Axis(tickCount=6))
    points = (
        base.transform_filter("datum.low !== null")
        .mark_point(filled=True, size=60, opacity=1, color=alt.ExprRef("ink"))
        .encode(x=place)
    )
    without = (
        base.transform_filter("datum.low === null")
        .mark_point(filled=False, size=60, opacity=1, color=alt.ExprRef("ink"))
        .encode(x=place)
    )
    data = alt.InlineData(values=list(records))  # once for all layers: every step of a chart copies its data
    title = alt.TitleParams(figure, anchor="start", frame="group", fontSize=12)
    return alt.layer(spans, without, points, data=data).properties(
        width=WIDTH - room, height=alt.Step(22), title=title
    )
