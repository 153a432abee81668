"""Agreement of every set of raters with every other, as a matrix."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from annotations.views.wording import name_raters
from evalplatform.reports.pictures.picture import Picture, Record
from evalplatform.reports.rows import Row
from evalplatform.reports.words.statistic_names import name_statistic
from evalplatform.reports.words.wording import order_raters

STRONG = 0.5  # a cell above it is dark on a light page, light on a dark one
CELL = 84
LINE = 14
LONGEST_LEVEL = 13  # letters of a word that fit above a cell without being turned


def draw_heat_map(rows: Sequence[Row]) -> Picture | None:
    """The matrix of agreement of one criterion, or None where there are no two to compare."""
    held = _choose(rows)
    records: list[Record] = []
    for row in sorted(held, key=lambda row: (order_raters(row.raters), order_raters(row.against or ""))):
        against = row.against or row.raters
        record: Record = {"estimate": row.estimate, "n": row.n}
        records.append({"raters": name_raters(row.raters), "against": name_raters(against), **record})
        if against != row.raters:
            records.append({"raters": name_raters(against), "against": name_raters(row.raters), **record})
    if len({record["raters"] for record in records if record["estimate"] is not None}) < 2:
        return None
    figure = name_statistic(held[0].statistic, held[0].level)
    return Picture(
        name="heat-map",
        title=_("Who agrees with whom: %(figure)s") % {"figure": figure},
        description=_describe(held),
        columns=(("raters", _("raters")), ("against", _("with")), ("estimate", figure), ("n", "n")),
        records=records,
        draw=lambda: _spec(records, figure),
    )


def _choose(rows: Sequence[Row]) -> list[Row]:
    """Alpha at one level where values are numbers, otherwise the share of equal pairs."""
    compared = {row.level for row in rows if row.against and row.statistic == "krippendorff_alpha"}
    if not compared:
        return [row for row in rows if row.statistic == "percent_agreement"]
    level = next(iter(compared)) if len(compared) == 1 else "ordinal"
    return [row for row in rows if row.statistic == "krippendorff_alpha" and row.level == level]


def _describe(rows: Sequence[Row]) -> str:
    if rows[0].statistic == "krippendorff_alpha":
        text = _("Reliability of both together over the tasks that both rated; small: how many. 0 is chance.")
    else:
        text = _(
            "Share of equal pairs of ratings of one task; small: how many pairs. Chance is not taken off."
        )
    rule = " " + _("Inconsistent verdicts count as ties.") if any(row.rule == "tie" for row in rows) else ""
    return f"{text}{rule} " + _("Cells over different tasks are not ranked against each other.")


def _spec(records: Sequence[Record], figure: str) -> dict[str, object]:
    import altair as alt

    known = [record for record in records if record["estimate"] is not None]
    names = list(dict.fromkeys(str(record["raters"]) for record in records))
    if all(len(word) <= LONGEST_LEVEL for name in names for word in name.split()):
        lines = max(len(name.split()) for name in names)  # they grow downwards, towards the cells
        labels = alt.Axis(
            labelAngle=0,
            orient="top",
            labelExpr="split(datum.label, ' ')",
            labelPadding=4 + LINE * (lines - 1),
        )
    else:
        labels = alt.Axis(labelAngle=-35, orient="top", labelLimit=220)
    base = alt.Chart().encode(
        x=alt.X("against:N", sort=names, title=None, axis=labels),
        y=alt.Y("raters:N", sort=names, title=None),
    )
    colours = alt.Scale(domain=[0, 1], clamp=True)
    cells = base.mark_rect(stroke=None).encode(
        color=alt.Color("estimate:Q", scale=colours, title=figure, legend=None)
    )
    ink = alt.condition(
        alt.datum.estimate > STRONG, alt.value(alt.ExprRef("on_strong")), alt.value(alt.ExprRef("ink"))
    )
    numbers = base.mark_text(fontSize=13, dy=-5).encode(text=alt.Text("estimate:Q", format=".2f"), color=ink)
    counts = base.mark_text(fontSize=10, dy=10).encode(text=alt.Text("n:Q", format=","), color=ink)
    chart = alt.layer(cells, numbers, counts, data=alt.InlineData(values=known)).properties(
        width=alt.Step(CELL), height=alt.Step(40)
    )
    spec: dict[str, object] = chart.to_dict()
    return spec
