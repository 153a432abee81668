"""Agreement and reliability, one line a figure, each with its interval and what the interval speaks of."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from evalplatform.reports.figures.picture import Picture, Record
from evalplatform.reports.rows import Row
from evalplatform.reports.wording import name_inference, name_raters, name_statistic


def draw_forest(rows: Sequence[Row]) -> Picture | None:
    """The forest of one criterion, or None where no figure is defined."""
    records: list[Record] = [
        {
            "label": label_row(row),
            "inference": name_inference(row.inference),
            "estimate": row.estimate,
            "low": row.low,
            "high": row.high,
            "n": row.n,
        }
        for row in rows
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
            ("label", _("figure")),
            ("inference", _("interval over")),
            ("estimate", _("estimate")),
            ("low", _("from")),
            ("high", _("to")),
            ("n", "n"),
        ),
        records=records,
        spec=_spec(records),
    )


def label_row(row: Row) -> str:
    """A figure's name for a line of the plot."""
    raters = name_raters(row.raters)
    who = f"{raters} – {name_raters(row.against)}" if row.against else raters
    return f"{who}: {name_statistic(row.statistic, row.level)}"


def _spec(records: Sequence[Record]) -> dict[str, object]:
    import altair as alt

    labels = list(dict.fromkeys(str(record["label"]) for record in records))
    inferences = list(dict.fromkeys(str(record["inference"]) for record in records))
    low = min((value for record in records if isinstance(value := record["low"], float)), default=0.0)
    scale = alt.Scale(domain=[min(0.0, low), 1.0])
    base = alt.Chart(alt.Data(values=records)).encode(y=alt.Y("label:N", sort=labels, title=None))
    spans = base.mark_rule().encode(
        x=alt.X("low:Q", scale=scale, title=_("estimate and 95 % interval")),
        x2="high:Q",
        size=alt.Size(
            "inference:N", scale=alt.Scale(domain=inferences, range=[4, 1.5][: len(inferences)]), title=None
        ),
        color=alt.Color("inference:N", sort=inferences, title=None),
    )
    points = base.mark_point(filled=True, size=60, opacity=1).encode(x=alt.X("estimate:Q", scale=scale))
    spec: dict[str, object] = (spans + points).properties(width=460, height=alt.Step(24)).to_dict()
    return spec
