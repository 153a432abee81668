"""Reliability of anyone's own table of ratings, for a terminal or as JSON. Reads no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

import orjson

from evalplatform.agreement import NamedEstimate, RatingTable, list_remarks
from evalplatform.common.texts import show_controls

if TYPE_CHECKING:  # loaded on use
    from rich.table import Table

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One part of a file: what holds it together, its ratings and their figures."""

    by: Mapping[str, str]
    table: RatingTable
    figures: Sequence[NamedEstimate]

    @property
    def size(self) -> str:
        table = self.table
        units = len(set(table.unit.tolist()))
        raters = len(set(table.rater.tolist()))
        left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(table.excluded.items()))
        return f"{len(table)} ratings of {units} units by {raters} raters" + (
            f"; {left_out}" if left_out else ""
        )

    def to_dict(self) -> dict[str, object]:
        """Give it as plain JSON types."""
        return {
            "by": dict(self.by),
            "ratings": len(self.table),
            "excluded": dict(self.table.excluded),
            "remarks": list_remarks(self.table, self.figures),
            "results": [figure.to_dict() for figure in self.figures],
        }


def write_json(parts: Sequence[Described]) -> str:
    """All figures with all their fields."""
    return orjson.dumps([part.to_dict() for part in parts], option=orjson.OPT_INDENT_2).decode()


def print_tables(parts: Sequence[Described], *, width: int) -> str:
    """One table for each part, figures beside each other, and what they mean in words."""
    from rich.console import Console

    buffer = StringIO()
    # Names are foreign text: no markup in them is obeyed, no control character leaves here.
    console = Console(file=buffer, width=width, markup=False, emoji=False)
    for part in parts:
        title = ", ".join(f"{column} {value}" for column, value in part.by.items())
        console.rule(title or "ratings", align="left")
        console.print(part.size, highlight=False)
        for remark in list_remarks(part.table, part.figures):
            console.print(remark, highlight=False)
        console.print(_tabulate(part.figures))
    return show_controls(buffer.getvalue())


def _tabulate(figures: Sequence[NamedEstimate]) -> "Table":
    from rich.table import Table

    table = Table(
        caption="Intervals are 95 %; a word in their place says why there is none.", caption_justify="left"
    )
    for heading in ("figure", "estimate", "over other items", "over other raters too", "n"):
        table.add_column(heading, justify="right" if heading in ("estimate", "n") else "left")
    lines: dict[str, dict[str | None, NamedEstimate]] = {}
    for figure in figures:
        lines.setdefault(_name(figure), {})[figure.estimate.inference] = figure
    for name, held in lines.items():
        first = next(iter(held.values())).estimate
        table.add_row(
            name,
            "—" if first.estimate is None else f"{first.estimate:.3f}",
            _limits(held.get("these_raters")),
            _limits(held.get("rater_population")),
            f"{first.n} {first.n_unit}",
        )
    return table


def _name(figure: NamedEstimate) -> str:
    details = [figure.estimate.level if figure.statistic == "krippendorff_alpha" else None, figure.weights]
    return " ".join([figure.statistic, *(f"({detail})" for detail in details if detail)])


def _limits(figure: NamedEstimate | None) -> str:
    if figure is None:
        return ""
    found = figure.estimate
    if found.low is None or found.high is None:
        return (found.undefined or "").replace("_", " ")
    return f"{found.low:.3f} to {found.high:.3f}"
