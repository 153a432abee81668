"""Agreement and reliability, one line a figure, each with its interval and what the interval speaks of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from evalplatform.reports.pictures.picture import Picture, Record
from evalplatform.reports.rows import Row
from evalplatform.reports.wording import name_inference, name_pair, name_statistic, order_raters

if TYPE_CHECKING:  # loaded on use
    import altair as alt


def draw_forest(rows: Sequence[Row]) -> Picture | None:
    """The forest of one criterion, or None where no figure is defined."""
    records: list[Record] = [
        {
            "figure": name_statistic(row.statistic, row.level),
            "raters": name_pair(row.raters, row.against),
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
    return Picture(
        name="forest",
        title=_("Agreement and reliability, with 95 % intervals"),
        description=_(
            "Thick: how it would vary over other items with these raters. Thin: over other raters as well."
        ),
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
        spec=_spec(records),
    )


def _place(row: Row) -> tuple[object, ...]:
    """Agreement first, then what takes chance off; within each people first."""
    order = ("percent_agreement", "krippendorff_alpha", "cohen_kappa_with_plurality")
    of_statistic = order.index(row.statistic) if row.statistic in order else len(order)
    return (
        of_statistic,
        row.level or "",
        order_raters(row.raters),
        row.against or "",
        row.inference != "these_raters",
    )


def _spec(records: Sequence[Record]) -> dict[str, object]:
    import altair as alt

    low = min((value for record in records if isinstance(value := record["low"], float)), default=0.0)
    scale = alt.Scale(domain=[min(0.0, low), 1.0])
    figures = list(dict.fromkeys(str(record["figure"]) for record in records))
    inferences = list(dict.fromkeys(str(record["inference"]) for record in records))
    panels = [
        _panel([record for record in records if record["figure"] == figure], figure, scale, inferences)
        for figure in figures
    ]
    spec: dict[str, object] = alt.vconcat(*panels, spacing=8).to_dict()
    return spec


def _panel(
    records: Sequence[Record], figure: str, scale: "alt.Scale", inferences: Sequence[str]
) -> "alt.LayerChart | alt.FacetChart":
    """One statistic: a line for each set of raters."""
    import altair as alt

    raters = list(dict.fromkeys(str(record["raters"]) for record in records))
    axis = alt.Axis(labelLimit=260, minExtent=200)
    base = alt.Chart(alt.InlineData(values=list(records))).encode(
        y=alt.Y("raters:N", sort=raters, title=None, axis=axis)
    )
    widths = alt.Scale(domain=list(inferences), range=[5, 1.5][: len(inferences)])
    spans = base.mark_rule().encode(
        x=alt.X("low:Q", scale=scale, title=None),
        x2="high:Q",
        strokeWidth=alt.StrokeWidth("inference:N", scale=widths, legend=None),
        color=alt.Color("inference:N", scale=alt.Scale(domain=list(inferences)), title=_("interval over")),
    )
    points = base.mark_point(filled=True, size=60, opacity=1, color=alt.ExprRef("ink")).encode(
        x=alt.X("estimate:Q", scale=scale, title=None)
    )
    title = alt.TitleParams(figure, anchor="start", frame="group", fontSize=12)
    return alt.layer(spans, points).properties(width=420, height=alt.Step(20), title=title)
