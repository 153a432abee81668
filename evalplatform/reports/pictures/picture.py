"""A picture is its table first: the same records are drawn, read aloud, and downloaded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias  # a Vega-Lite specification is any JSON

from django.utils.translation import gettext as _

Record: TypeAlias = Mapping[str, str | float | int | None]
Spec: TypeAlias = dict[str, Any]
WIDTH = 960  # of a picture: labels and chart together fill the page
LETTER = 7
MOST_LABEL = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart with its words and its table.

    `columns` pairs each key of the records with its heading, in the order of the table. `draw` makes the
    specification: the table alone costs next to nothing, the chart tens of milliseconds.
    """

    name: str
    title: str
    description: str
    columns: Sequence[tuple[str, str]]
    records: Sequence[Record]
    draw: Callable[[], Spec]

    @property
    def spec(self) -> Spec:
        """The chart as Vega-Lite, made anew at each call."""
        return self.draw()

    @property
    def headings(self) -> list[str]:
        return [heading for _key, heading in self.columns]

    @property
    def lines(self) -> list[list[str]]:
        """The table as it is shown: numbers to three places."""
        return [[_show(record.get(key)) for key, _heading in self.columns] for record in self.records]


def measure_labels(labels: Iterable[str]) -> int:
    """Room for the longest of the labels beside a chart, so that charts above each other line up."""
    return min(MOST_LABEL, 8 + LETTER * max(map(len, labels), default=0))


def explain_open(records: Sequence[Record]) -> str:
    """What an open symbol says, where there is one."""
    if all(record["low"] is not None for record in records):
        return ""
    return " " + _("An open symbol has no interval; the report says why.")


def _show(value: str | float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
