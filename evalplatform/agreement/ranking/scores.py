"""Scores of systems on the same items, the input of paired comparisons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from evalplatform.agreement.arrays import BoolArray, FloatArray, Labels, encode_labels
from evalplatform.agreement.columns import add_counts, check_lengths, encode_names, find_present, take
from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.table import RatingTable


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Scores:
    """Scores of systems on items. Build them with `from_arrays` or `from_table`.

    Attributes
    ----------
    systems : names, sorted
    values : (items, systems) mean score of each system on each item, NaN where it has none
    excluded : how many scores were left out, by reason
    """

    systems: tuple[str, ...]
    values: FloatArray
    excluded: Mapping[str, int]

    @classmethod
    def from_arrays(
        cls, systems: Labels, items: Labels, values: Labels, *, excluded: Mapping[str, int] | None = None
    ) -> Self:
        """Build scores from parallel arrays or sequences, one entry a score.

        Several scores of a system on an item (by several raters, or over several turns) are averaged: the item
        is what counts. None and NaN are left out and counted.
        """
        check_lengths([systems, items, values])
        present = find_present(values)
        if not present.all():
            systems, items, values = (take(column, present) for column in (systems, items, values))
            excluded = add_counts(excluded or {}, missing=int((~present).sum()))
        names, system = encode_names(systems)
        item, labels = encode_labels(items)
        shape = (len(labels), len(names))
        place, size = item * len(names) + system, len(labels) * len(names)
        sums = np.bincount(place, _read_numbers(values), size)
        counts = np.bincount(place, minlength=size)
        means = np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)
        return cls(systems=names, values=means.reshape(shape), excluded=excluded or {})

    @classmethod
    def from_table(cls, table: RatingTable, systems: Mapping[Any, str]) -> Self:  # Any: unit labels
        """Take the ratings of a table of numbers; its clusters are the items.

        Parameters
        ----------
        table : numeric ratings
        systems : the system of each unit label
        """
        if table.numbers is None:
            raise AgreementError("scores of systems are numbers")
        labels = table.units[table.unit].tolist()
        missing = next((label for label in labels if label not in systems), None)
        if missing is not None:
            raise AgreementError(f"no system given for unit {missing!r}")
        return cls.from_arrays(
            [systems[label] for label in labels],
            table.cluster[table.unit],
            table.numbers[table.value],
            excluded=table.excluded,
        )

    @property
    def complete(self) -> BoolArray:
        """Which items have a score of every system, (items,)."""
        return np.asarray(np.isfinite(self.values).all(axis=1))

    def place_of(self, system: str) -> int:
        """Column of a system; a name that is not there is an error."""
        if system not in self.systems:
            raise AgreementError(f"no such system: {system}")
        return self.systems.index(system)


def _read_numbers(values: Labels) -> FloatArray:
    try:
        held = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise AgreementError("scores of systems are numbers") from None
    if not np.isfinite(held).all():
        raise AgreementError("scores of systems are finite numbers")
    return held
