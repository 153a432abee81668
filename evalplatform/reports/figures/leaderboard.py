"""Systems by win rate or mean score, one point and interval for each set of raters."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from evalplatform.reports.figures.picture import Picture, Record
from evalplatform.reports.rows import Row
from evalplatform.reports.wording import name_raters, name_statistic


def draw_leaderboard(rows: Sequence[Row]) -> Picture | None:
    """The leaderboard of one criterion, or None where no system was compared."""
    held = [row for row in rows if row.system is not None and row.estimate is not None]
    if not held:
        return None
    statistic = held[0].statistic
    records = _records(held)
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
        spec=_spec(records, name_statistic(statistic), is_share=statistic == "win_rate"),
    )


def _records(rows: Sequence[Row]) -> list[Record]:
    """Best first by the first set of raters that rated it; people stand first."""
    groups = sorted({row.raters for row in rows}, key=_by_kind)
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


def _by_kind(group: str) -> tuple[int, str]:
    family = group.partition(":")[0]
    order = ("people", "simulated", "judge", "panel", "metric", "reference")
    return (order.index(family) if family in order else len(order), group)


def _spec(records: Sequence[Record], title: str, *, is_share: bool) -> dict[str, object]:
    import altair as alt

    systems = list(dict.fromkeys(str(record["system"]) for record in records))
    raters = list(dict.fromkeys(str(record["raters"]) for record in records))
    scale = alt.Scale(domain=[0, 1]) if is_share else alt.Scale(zero=False)
    base = alt.Chart(alt.Data(values=records)).encode(
        y=alt.Y("system:N", sort=systems, title=None),
        yOffset=alt.YOffset("raters:N", sort=raters),
        color=alt.Color("raters:N", sort=raters, title=None),
    )
    spans = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale, title=title), x2="high:Q")
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=alt.X("estimate:Q", scale=scale, title=title), shape=alt.Shape("raters:N", sort=raters, title=None)
    )
    height = max(len(raters) * 12, 24)
    chart = alt.layer(spans, points).properties(width=520, height=alt.Step(height))
    spec: dict[str, object] = chart.to_dict()
    return spec
