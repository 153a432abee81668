"""Systems by win rate or mean score, one point and interval for each set of raters."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from annotations.queries.rater_groups import is_of_persons
from evalplatform.reports.pictures.picture import Picture, Record
from evalplatform.reports.rows import Row
from evalplatform.reports.wording import name_raters, name_statistic, order_raters

MOST_SERIES = 6


def draw_leaderboard(rows: Sequence[Row]) -> Picture | None:
    """The leaderboard of one criterion, or None where no system was compared."""
    held = [row for row in rows if row.system is not None and row.estimate is not None]
    if not held:
        return None
    statistic = held[0].statistic
    records = _records(held)
    series = {name_raters(group) for group in choose_series(held)}
    drawn = [record for record in records if record["raters"] in series]
    return Picture(
        name="leaderboard",
        title=_("Leaderboard: %(statistic)s") % {"statistic": name_statistic(statistic)},
        description=_("Each system's figure by people and by each judge, with its 95 % interval."),
        columns=(
            ("system", _("system")),
            ("raters", _("rated by")),
            ("estimate", name_statistic(statistic)),
            ("low", _("from")),
            ("high", _("to")),
            ("n", "n"),
        ),
        records=records,
        spec=_spec(drawn, name_statistic(statistic), is_share=statistic == "win_rate"),
    )


def choose_series(rows: Sequence[Row]) -> list[str]:
    """The sets of raters to draw: people as a whole, and the judges with most verdicts; the table holds all."""
    counts: dict[str, int] = {}
    for row in rows:
        if ":" not in row.raters or not is_of_persons(row.raters):
            counts[row.raters] = counts.get(row.raters, 0) + row.n
    persons = [group for group in sorted(counts) if is_of_persons(group)]
    others = sorted(counts.keys() - set(persons), key=lambda group: (-counts[group], group))
    return persons + others[: MOST_SERIES - len(persons)]


def _records(rows: Sequence[Row]) -> list[Record]:
    """Best first by the first set of raters that rated it; people stand first."""
    groups = sorted({row.raters for row in rows}, key=order_raters)
    best: dict[str, tuple[int, float]] = {}
    for row in rows:
        place = (groups.index(row.raters), -(row.estimate or 0.0))
        best[row.system or ""] = min(best.get(row.system or "", place), place)
    ordered = sorted(
        rows, key=lambda row: (best[row.system or ""], row.system or "", groups.index(row.raters))
    )
    return [
        {
            "system": row.system,
            "raters": name_raters(row.raters),
            "estimate": row.estimate,
            "low": row.low,
            "high": row.high,
            "n": row.n,
        }
        for row in ordered
    ]


def _spec(records: Sequence[Record], title: str, *, is_share: bool) -> dict[str, object]:
    import altair as alt

    systems = list(dict.fromkeys(str(record["system"]) for record in records))
    raters = list(dict.fromkeys(str(record["raters"]) for record in records))
    scale = alt.Scale(domain=[0, 1]) if is_share else alt.Scale(zero=False)
    base = alt.Chart(alt.InlineData(values=list(records))).encode(
        y=alt.Y("system:N", sort=systems, title=None),
        yOffset=alt.YOffset("raters:N", sort=raters),
    )
    series = alt.Scale(domain=raters)
    spans = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=scale, title=title),
        x2="high:Q",
        color=alt.Color("raters:N", scale=series, legend=None),
    )
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=alt.X("estimate:Q", scale=scale, title=title),
        color=alt.Color("raters:N", scale=series, title=None),
        shape=alt.Shape("raters:N", scale=series, title=None),
    )
    step = alt.Step(max(len(raters) * 11, 20), **{"for": "position"})
    chart = (
        alt.layer(spans, points)
        .resolve_scale(color="independent", shape="independent")
        .properties(width=520, height=step)
    )
    spec: dict[str, object] = chart.to_dict()
    return spec
