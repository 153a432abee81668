"""The headline for a terminal: findings in words, agreement as one table, systems as another."""

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from annotations.queries.rater_groups import PEOPLE, SIMULATED, is_of_persons, is_reference
from annotations.views.wording import name_raters
from evalplatform.common.texts import show_controls
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.snapshot import Snapshot
from evalplatform.reports.words.brief import Line, pair_lines
from evalplatform.reports.words.sentences import write_sentences
from evalplatform.reports.words.statistic_names import name_statistic

if TYPE_CHECKING:  # loaded on use
    from rich.table import Table

MAIN = (
    "percent_agreement",
    "percent_agreement_without_ties",
    "krippendorff_alpha",
    "cohen_kappa_with_plurality",
    "inconsistency_rate",
    "position_consistency",
    "primacy",
    "recency",
    "order_fairness_p",
    "tie_rate",
)


def print_headline(snapshot: Snapshot, *, width: int, gaps: Sequence[str] = ()) -> str:
    """The text to print, as wide as asked; `gaps` are remarks on ratings that enter no figure."""
    from rich.console import Console

    buffer = StringIO()
    # Names are foreign text: no markup in them is obeyed, no control character leaves here.
    console = Console(file=buffer, width=width, markup=False, emoji=False)
    for gap in gaps:
        console.print(gap, highlight=False)
    if not snapshot.rows and not gaps:
        console.print("Nothing to report yet: no answer has been rated.")
    for criterion in dict.fromkeys(row.criterion for row in snapshot.rows):
        rows = [row for row in snapshot.rows if row.criterion == criterion and not row.slice]
        console.rule(f"{snapshot.project}: {criterion}", align="left")
        level, specimens = snapshot.levels.get(criterion), snapshot.specimens
        for sentence in write_sentences(rows, level=level, specimens=specimens):
            console.print(f"{'SIMULATED: ' if sentence.is_simulated else ''}{sentence.text}", highlight=False)
        console.print(_agreement_table(rows))
        for systems in _systems_tables(rows):
            console.print(systems)
    console.print(f"inputs {snapshot.inputs_hash[:12]}, code {snapshot.code_version}, seed {snapshot.seed}")
    return show_controls(buffer.getvalue())


def pick_main(rows: Sequence[Row]) -> Iterator[Line]:
    """What to look at first: everybody together, and each judge against everybody or a reference."""
    for statistic in MAIN:
        held = [row for row in rows if row.statistic == statistic and _is_main(row)]
        yield from sorted(pair_lines(held), key=lambda line: (line.row.against or "", -line.row.n))


def _is_main(row: Row) -> bool:
    whole = (PEOPLE, SIMULATED)
    is_part = is_of_persons(row.raters) and row.raters not in whole
    is_wanted = row.against in (None, *whole) or is_reference(row.against or "")
    return row.system is None and is_wanted and not is_part


def _agreement_table(rows: Sequence[Row]) -> "Table":
    from rich.table import Table

    table = Table(caption="Intervals are 95 %.", caption_justify="left")
    for heading in ("raters", "figure", "estimate", "over other items", "over other raters too", "n"):
        table.add_column(heading, justify="right" if heading in ("estimate", "n") else "left")
    for line in pick_main(rows):
        row = line.row
        table.add_row(
            line.raters,
            line.figure,
            line.estimate,
            line.interval,
            line.population_interval,
            f"{row.n} {row.n_unit}",
        )
    return table


def _systems_tables(rows: Sequence[Row]) -> Iterator["Table"]:
    """One table a figure: win rate, mean score, or share of a label."""
    held = [row for row in rows if row.system and row.against is None and row.inference == "these_raters"]
    held = [row for row in held if not is_of_persons(row.raters) or ":" not in row.raters]
    for statistic in dict.fromkeys(row.statistic for row in held):
        yield _systems_table([row for row in held if row.statistic == statistic])


def _systems_table(rows: Sequence[Row]) -> "Table":
    from rich.table import Table

    groups = sorted({row.raters for row in rows}, key=lambda group: (":" in group, group))
    note = "Each over all that it rated; `--json` has the figures over what a judge and people both rated."
    title = name_statistic(rows[0].statistic)
    table = Table(title=title, title_justify="left", caption=note, caption_justify="left")
    for heading in ("system", *map(name_raters, groups)):
        table.add_column(heading, justify="left" if heading == "system" else "right")
    cells = {(row.system, row.raters): row.estimate for row in rows}
    for system in sorted(
        {row.system or "" for row in rows}, key=lambda name: -(cells.get((name, groups[0])) or 0)
    ):
        found = (cells.get((system, group)) for group in groups)
        table.add_row(system, *("—" if value is None else f"{value:.3f}" for value in found))
    return table
