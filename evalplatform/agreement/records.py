"""Reading rating records, as mappings or as plain sequences, into columns."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any] | Sequence[Any]  # Any: records come as parsed JSON
Row = tuple[Any, ...]  # Any: one cell of each column, whatever its type
COLUMNS = ("unit", "rater", "value", "cluster", "weight", "presentation", "stratum")


def read_rows(
    records: Iterable[Record], names: Sequence[str], absent: str
) -> tuple[list[Row], dict[str, int]]:
    """Give one row of `COLUMNS` for each record that holds a value, and the count of the others by reason.

    Parameters
    ----------
    names : the record's key for each of `COLUMNS`
    absent : key of the reason why a record has no value
    """
    rows: list[Row] = []
    excluded: Counter[str] = Counter()
    for record in records:
        fields = record if isinstance(record, Mapping) else dict(zip(names, record, strict=False))
        if is_missing(fields[names[2]]):
            excluded[fields.get(absent) or "missing"] += 1
            continue
        rows.append((*(fields[name] for name in names[:3]), *(fields.get(name) for name in names[3:])))
    return rows, dict(excluded)


def is_missing(value: object) -> bool:
    """Say whether a cell is empty: None or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))
