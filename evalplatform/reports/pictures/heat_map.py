"""Agreement of every set of raters with every other, as a matrix."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from evalplatform.reports.pictures.picture import Picture, Record
from evalplatform.reports.rows import Row
from evalplatform.reports.wording import name_raters, order_raters

STRONG = 0.5  # a cell above it is dark on a light page, light on a dark one


def draw_heat_map(rows: Sequence[Row]) -> Picture | None:
    """The matrix of agreement of one criterion, or None where there are no two to compare."""
    records: list[Record] = []
    for row in sorted(rows, key=lambda row: (order_raters(row.raters), order_raters(row.against or ""))):
        against = row.against or row.raters
        record: Record = {"estimate": row.estimate, "n": row.n}
        records.append({"raters": name_raters(row.raters), "against": name_raters(against), **record})
        if against != row.raters:
            records.append({"raters": name_raters(against), "against": name_raters(row.raters), **record})
    if len({record["raters"] for record in records if record["estimate"] is not None}) < 2:
        return None
    return Picture(
        name="heat-map",
        title=_("Who agrees with whom"),
        description=_("Share of equal pairs of ratings of the same answer; chance is not taken off."),
        columns=(
            ("raters", _("raters")),
            ("against", _("with")),
            ("estimate", _("agreement")),
            ("n", _("pairs")),
        ),
        records=records,
        spec=_spec(records),
    )


def _spec(records: Sequence[Record]) -> dict[str, object]:
    import altair as alt

    known = [record for record in records if record["estimate"] is not None]
    names = list(dict.fromkeys(str(record["raters"]) for record in records))
    base = alt.Chart(alt.InlineData(values=known)).encode(
        x=alt.X("against:N", sort=names, title=None, axis=alt.Axis(labelAngle=-40, orient="top")),
        y=alt.Y("raters:N", sort=names, title=None),
    )
    cells = base.mark_rect(stroke=None).encode(
        color=alt.Color("estimate:Q", scale=alt.Scale(domain=[0, 1]), title=_("agreement"), legend=None)
    )
    numbers = base.mark_text(fontSize=12).encode(
        text=alt.Text("estimate:Q", format=".2f"),
        color=alt.condition(
            alt.datum.estimate > STRONG, alt.value(alt.ExprRef("on_strong")), alt.value(alt.ExprRef("ink"))
        ),
    )
    spec: dict[str, object] = (cells + numbers).properties(width=alt.Step(58), height=alt.Step(34)).to_dict()
    return spec
