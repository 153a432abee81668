"""Which rows stand in which picture."""

from collections.abc import Callable, Iterator, Sequence

from annotations.queries.rater_groups import PEOPLE, SIMULATED, is_of_persons, is_reference
from evalplatform.reports.pictures.forest import draw_forest
from evalplatform.reports.pictures.heat_map import draw_heat_map
from evalplatform.reports.pictures.leaderboard import draw_leaderboard
from evalplatform.reports.pictures.picture import Picture
from evalplatform.reports.rows import Row

NAMES = ("leaderboard", "heat-map", "forest")
DRAW: dict[str, Callable[[Sequence[Row]], Picture | None]] = {
    "leaderboard": draw_leaderboard,
    "heat-map": draw_heat_map,
    "forest": draw_forest,
}


def draw_pictures(rows: Sequence[Row], *, criterion: str) -> Iterator[Picture]:
    """Every picture of a criterion that its rows allow."""
    for name in NAMES:
        if picture := draw_picture(rows, criterion=criterion, name=name):
            yield picture


def draw_picture(rows: Sequence[Row], *, criterion: str, name: str) -> Picture | None:
    """One picture of a criterion, or None where its rows do not allow it."""
    held = [row for row in rows if row.criterion == criterion and not row.slice]
    return DRAW[name]([row for row in held if SELECT[name](row)])


def _stands_on_leaderboard(row: Row) -> bool:
    return row.system is not None and row.inference == "these_raters"


def _stands_on_heat_map(row: Row) -> bool:
    is_wanted = row.statistic in ("percent_agreement", "krippendorff_alpha")
    return is_wanted and row.rule in (None, "tie") and row.inference == "these_raters"


def _stands_in_forest(row: Row) -> bool:
    """Reliability of people, agreement with all of them or a reference; the heat map has judges among each other."""
    against = row.against or ""
    is_measured = is_of_persons(row.raters) or against in (PEOPLE, SIMULATED) or is_reference(against)
    is_wanted = row.statistic in ("percent_agreement", "krippendorff_alpha", "cohen_kappa_with_plurality")
    return is_wanted and is_measured and row.rule in (None, "tie")


SELECT: dict[str, Callable[[Row], bool]] = {
    "leaderboard": _stands_on_leaderboard,
    "heat-map": _stands_on_heat_map,
    "forest": _stands_in_forest,
}
