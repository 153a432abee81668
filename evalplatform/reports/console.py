"""The headline for a terminal: findings in words, agreement as one table, systems as another."""

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from evalplatform.reports.brief import Line, pair_lines
from evalplatform.reports.rows import Row
from evalplatform.reports.sentences import write_sentences
from evalplatform.reports.snapshot import Snapshot
from evalplatform.reports.wording import name_raters, name_statistic

if TYPE_CHECKING:  # loaded on use
    from rich.table import Table

MAIN = (
    "percent_agreement",
    "percent_agreement_without_ties",
    "krippendorff_alpha",
    "cohen_kappa_with_plurality",
    "inconsistency_rate",
    "position_consistency",
    "tie_rate",
)


def print_headline(snapshot: Snapshot, *, width: int) -> str:
    """The text to print, as wide as asked."""
    from rich.console import Console

    buffer = StringIO()
    console = Console(file=buffer, width=width)
    if not snapshot.rows:
        console.print("Nothing to report yet: no answer has been rated.")
    for criterion in dict.fromkeys(row.criterion for row in snapshot.rows):
        rows = [row for row in snapshot.rows if row.criterion == criterion and not row.slice]
        console.rule(f"{snapshot.project}: {criterion}", align="left")
        for sentence in write_sentences(rows):
            console.print(f"{'SIMULATED: ' if sentence.is_simulated else ''}{sentence.text}", highlight=False)
        console.print(_agreement_table(rows))
        if systems := _systems_table(rows):
            console.print(systems)
    console.print(f"inputs {snapshot.inputs_hash[:12]}, code {snapshot.code_version}, seed {snapshot.seed}")
    return buffer.getvalue()


def pick_main(rows: Sequence[Row]) -> Iterator[Line]:
    """What to look at first: everybody together, and each judge against everybody."""
    for statistic in MAIN:
        held = [row for row in rows if row.statistic == statistic and _is_main(row)]
        yield from sorted(pair_lines(held), key=lambda line: (line.row.against or "", -line.row.n))


def _is_main(row: Row) -> bool:
    whole = ("people", "simulated")
    is_part = row.raters.split(":")[0] in whole and row.raters not in whole
    return not is_part and row.against in (None, *whole)


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


def _systems_table(rows: Sequence[Row]) -> "Table | None":
    from rich.table import Table

    held = [row for row in rows if row.system and _is_main(row) and row.inference == "these_raters"]
    if not held:
        return None
    groups = sorted({row.raters for row in held}, key=lambda group: (":" in group, group))
    table = Table(title=name_statistic(held[0].statistic), title_justify="left")
    for heading in ("system", *map(name_raters, groups)):
        table.add_column(heading, justify="left" if heading == "system" else "right")
    cells = {(row.system, row.raters): row.estimate for row in held}
    for system in sorted(
        {row.system or "" for row in held}, key=lambda name: -(cells.get((name, groups[0])) or 0)
    ):
        found = (cells.get((system, group)) for group in groups)
        table.add_row(system, *("—" if value is None else f"{value:.3f}" for value in found))
    return table
