"""Systems by win rate, mean score or share of a label: people, and each judge beside them on the same tasks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from annotations.queries.rater_groups import PEOPLE, SIMULATED, is_of_persons
from annotations.views.wording import name_raters
from evalplatform.reports.pictures.picture import WIDTH, Picture, Record, explain_open, measure_labels
from evalplatform.reports.rows import Row
from evalplatform.reports.words.sentences import note_unequal
from evalplatform.reports.words.statistic_names import name_statistic
from evalplatform.reports.words.wording import order_raters

if TYPE_CHECKING:  # loaded on use
    import altair as alt

MOST_PANELS = 5
MOST_SERIES = 6
PLURALITY = "win_rate_of_plurality"
Panel = tuple[str, str, Sequence[Row]]  # statistic, heading, rows


def draw_leaderboard(rows: Sequence[Row]) -> Picture | None:
    """The leaderboard of one criterion, or None where no system was rated."""
    held = [row for row in rows if row.system is not None and row.estimate is not None]
    if not held:
        return None
    panels = sorted(list_panels(held), key=_has_judge)
    records = [record for _statistic, heading, of_panel in panels for record in _records(of_panel, heading)]
    drawn = {heading for _statistic, heading, _rows in panels[:MOST_PANELS]}
    statistics = list(dict.fromkeys(name_statistic(statistic) for statistic, _heading, _rows in panels))
    return Picture(
        name="leaderboard",
        title=_("Leaderboard: %(statistic)s") % {"statistic": ", ".join(statistics)},
        description=_describe(panels, records),
        columns=(
            ("system", _("system")),
            ("raters", _("rated by")),
            ("estimate", _("estimate")),
            ("low", _("from")),
            ("high", _("to")),
            ("n", "n"),
            ("tasks", _("tasks")),
        ),
        records=records,
        draw=lambda: _spec([record for record in records if record["tasks"] in drawn]),
    )


def list_panels(rows: Sequence[Row]) -> Iterator[Panel]:
    """People over all that they rated, then each judge with people over what both rated, largest first.

    Without people, or without a judge, everybody over all that each rated.
    """
    for statistic in sorted({row.statistic for row in rows} - {PLURALITY}):
        name = name_statistic(statistic)
        of_statistic = [row for row in rows if row.statistic in (statistic, _plurality_of(statistic))]
        pairs = _pair_up(of_statistic)
        alone = _choose_alone(of_statistic, is_paired=bool(pairs))
        if alone:
            yield statistic, _("%(statistic)s, all tasks of each") % {"statistic": name}, alone
        for (persons, fixed), shared in pairs.items():
            names = {"statistic": name, "people": name_raters(persons), "judge": name_raters(fixed)}
            yield statistic, _("%(statistic)s, tasks of both %(people)s and %(judge)s") % names, shared


def _has_judge(panel: Panel) -> bool:
    """Each figure is drawn for everybody first, then beside the judges."""
    return any(row.against is not None for row in panel[2])


def _choose_alone(rows: Sequence[Row], *, is_paired: bool) -> list[Row]:
    """People as a whole or, where no judge stands beside them, everybody with most to go by."""
    alone = [row for row in rows if row.against is None]
    whole = [row for row in alone if row.raters in (PEOPLE, SIMULATED)]
    if is_paired:
        return whole
    counts: dict[str, int] = {}
    for row in alone:
        if not is_of_persons(row.raters):
            counts[row.raters] = counts.get(row.raters, 0) + row.n
    drawn = sorted(counts, key=lambda group: (-counts[group], group))[:MOST_SERIES]
    return whole + [row for row in alone if row.raters in drawn]


def _pair_up(rows: Sequence[Row]) -> Mapping[tuple[str, str], list[Row]]:
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.against is not None:
            sides = (row.raters, row.against) if is_of_persons(row.raters) else (row.against, row.raters)
            if sides[0] in (PEOPLE, SIMULATED):
                pairs.setdefault(sides, []).append(row)
    return dict(sorted(pairs.items(), key=lambda pair: (-sum(row.n for row in pair[1]), pair[0])))


def _plurality_of(statistic: str) -> str:
    return PLURALITY if statistic == "win_rate" else statistic


def _describe(panels: Sequence[Panel], records: Sequence[Record]) -> str:
    text = _("95 % intervals over other items, with the same raters. No difference is tested.")
    parts = [text + explain_open(records)]
    if any(row.statistic == PLURALITY for _statistic, _heading, rows in panels for row in rows):
        parts.append(_("Beside a judge, people stand by the answer that most of them preferred."))
    parts += list(dict.fromkeys(note_unequal(rows).strip() for _statistic, _heading, rows in panels[:1]))
    if len(panels) > MOST_PANELS:
        parts.append(_("Only the largest comparisons are drawn; the table holds all."))
    return " ".join(part for part in parts if part)


def _records(rows: Sequence[Row], heading: str) -> list[Record]:
    """Highest first by the first set of raters; people stand first."""
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
            "tasks": heading,
            "system": row.system,
            "raters": name_raters(row.raters),
            "estimate": row.estimate,
            "low": row.low,
            "high": row.high,
            "n": row.n,
        }
        for row in ordered
    ]


def _spec(records: Sequence[Record]) -> dict[str, object]:
    import altair as alt

    known = [float(value) for record in records for key in ("estimate", "low", "high")
             if (value := record[key]) is not None]  # fmt: skip
    is_share = min(known) >= 0 and max(known) <= 1
    scale = alt.Scale(domain=[0, 1]) if is_share else alt.Scale(domain=[min(known), max(known)], nice=True)
    raters = list(dict.fromkeys(str(record["raters"]) for record in records))
    room = measure_labels(str(record["system"]) for record in records)
    panels = [
        _panel(
            [record for record in records if record["tasks"] == heading], str(heading), raters, scale, room
        )
        for heading in dict.fromkeys(record["tasks"] for record in records)
    ]
    chart = alt.vconcat(*panels, spacing=12).resolve_scale(
        color="shared", shape="shared", yOffset="independent"
    )
    spec: dict[str, object] = chart.to_dict()
    return spec


def _panel(
    records: Sequence[Record], heading: str, raters: Sequence[str], scale: "alt.Scale", room: int
) -> "alt.LayerChart | alt.FacetChart":
    import altair as alt

    systems = list(dict.fromkeys(str(record["system"]) for record in records))
    here = [name for name in raters if any(record["raters"] == name for record in records)]
    base = alt.Chart().encode(
        y=alt.Y(
            "system:N",
            sort=systems,
            title=None,
            scale=alt.Scale(paddingInner=0.35, paddingOuter=0.15),
            axis=alt.Axis(labelLimit=room, minExtent=room),
        ),
        yOffset=alt.YOffset("raters:N", sort=here, scale=alt.Scale(domain=here)),
    )
    series = alt.Scale(domain=list(raters))
    colour = alt.Color("raters:N", scale=series, title=None)
    place = alt.X("estimate:Q", scale=scale, title=None, axis=alt.Axis(tickCount=6))
    spans = (
        base.transform_filter("datum.low !== null")
        .mark_rule(strokeWidth=2)
        .encode(
            x=alt.X("low:Q", scale=scale, title=None, axis=alt.Axis(tickCount=6)),
            x2="high:Q",
            color=colour,
        )
    )
    shape = alt.Shape("raters:N", scale=series, title=None)
    points = (
        base.transform_filter("datum.low !== null")
        .mark_point(filled=True, size=60, opacity=1)
        .encode(x=place, color=colour, shape=shape)
    )
    without = (
        base.transform_filter("datum.low === null")
        .mark_point(filled=False, size=60, opacity=1)
        .encode(x=place, color=colour, shape=shape)
    )
    step = alt.Step(max(len(here) * 15, 22), **{"for": "position"})
    data = alt.InlineData(values=list(records))  # once for all layers: every step of a chart copies its data
    title = alt.TitleParams(heading, anchor="start", frame="group", fontSize=12)
    return alt.layer(spans, without, points, data=data).properties(
        width=WIDTH - room, height=step, title=title
    )
