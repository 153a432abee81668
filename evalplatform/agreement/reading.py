"""Anyone's own table of ratings, one a line, from CSV, JSONL or Parquet.

Which format a file has is told by its name; `.gz` may follow the first two.
"""

import csv
import gzip
import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TextIO  # cells are whatever a file holds

from evalplatform.agreement.errors import AgreementError
from evalplatform.agreement.records import is_missing
from evalplatform.agreement.table import RatingTable, TableLevel

Cells = Mapping[str, Any]  # Any: one line of the file, by column
Line = tuple[int, Cells]
GAPS = frozenset({"na", "n/a", "nan", "null", "none", "-", "."})
LONGEST_CELL = 1 << 20
ROWS = 10_000  # fetched at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Names of the columns; `by` split the file into one table for each combination of their values."""

    unit: str = "unit"
    rater: str = "rater"
    value: str = "value"
    cluster: str | None = None
    weight: str | None = None
    by: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        optional = [name for name in (self.cluster, self.weight) if name]
        return (self.unit, self.rater, self.value, *optional, *self.by)


def read_tables(
    path: Path,
    *,
    columns: Columns | None = None,
    level: TableLevel = "unstated",
    categories: Sequence[Hashable] | None = None,
) -> dict[tuple[str, ...], RatingTable]:
    """Read a file of ratings: one table for each combination of the values in `columns.by`, sorted.

    Values that are all numbers are read as numbers, else as text; an empty cell is a missing rating, and so are null
    and, among numbers, words such as NA. Spaces around names, words and headings do not count.

    Parameters
    ----------
    path : a ``.csv``, ``.tsv``, ``.jsonl``, ``.ndjson`` (each with or without ``.gz``) or ``.parquet``
    columns : their names; None: ``unit``, ``rater`` and ``value``
    level : level of measurement; ``unstated`` leaves it to each call
    categories : the scale in its order, for values that are words or where the file does not hold all of them

    Raises
    ------
    AgreementError
        Naming the line and the column: a file or a column that is not there, a line that cannot be read, a unit in
        two clusters, a value outside the categories, a word among numbers (unless the level is nominal).

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from evalplatform.agreement import krippendorff_alpha, read_tables
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "ratings.csv")
    ...     _ = path.write_text("unit,rater,value\\n1,ann,yes\\n1,bob,yes\\n2,ann,no\\n2,bob,yes\\n")
    ...     [table] = read_tables(path, level="nominal").values()
    >>> krippendorff_alpha(table, inference=None).estimate
    0.0
    """
    columns = columns or Columns()
    groups: dict[tuple[str, ...], list[Line]] = {}
    for number, cells in _read_lines(path, columns.required):
        key = tuple(_name(cells[name], number, name) for name in columns.by)
        groups.setdefault(key, []).append((number, cells))
    return {key: _build(groups[key], columns, level, categories) for key in sorted(groups)}


def _build(
    lines: list[Line], columns: Columns, level: TableLevel, categories: Sequence[Hashable] | None
) -> RatingTable:
    values = _read_values([cells[columns.value] for _, cells in lines], lines, columns.value, level)
    if categories is not None:
        categories = _like(values, categories)
        _check_scale(values, categories, lines, columns.value)
        if level == "unstated" and any(isinstance(label, str) for label in categories):
            level = "ordinal"  # words whose order is given
    names = {
        name: [_name(cells[name], number, name) for number, cells in lines]
        for name in (columns.unit, columns.rater, columns.cluster)
        if name
    }
    weight = columns.weight
    return RatingTable.from_arrays(
        names[columns.unit],
        names[columns.rater],
        values,
        level=level,
        clusters=names.get(columns.cluster or ""),
        weights=[_weigh(cells[weight], number, weight) for number, cells in lines] if weight else None,
        categories=categories,
    )


def _name(cell: Any, number: int, column: str) -> str:
    if is_missing(cell) or isinstance(cell, dict | list) or not str(cell).strip():
        raise AgreementError(f"line {number}: {column!r} holds no name")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # 1 and 1.0 name the same unit
    return str(cell).strip()


def _weigh(cell: Any, number: int, column: str) -> float:
    weight = _to_number(cell)
    if weight is None or not weight > 0:
        raise AgreementError(f"line {number}: {column!r} holds no positive number")
    return weight


def _read_values(cells: Sequence[Any], lines: list[Line], column: str, level: TableLevel) -> list[Any]:
    """Numbers where all are, else text; None where there is no rating."""
    for (number, _), cell in zip(lines, cells, strict=True):
        if isinstance(cell, dict | list):
            raise AgreementError(f"line {number}: {column!r} is neither a number nor text")
    held = [None if is_missing(cell) or not str(cell).strip() else cell for cell in cells]
    numbers = [None if cell is None else _to_number(cell) for cell in held]
    words = [
        place
        for place, cell in enumerate(held)
        if cell is not None and numbers[place] is None and not _is_gap(cell)
    ]
    found = sum(number is not None for number in numbers)
    if found and not words:
        return numbers
    if found > len(words) and level != "nominal":
        line, word = lines[words[0]][0], held[words[0]]
        raise AgreementError(
            f"line {line}: {column!r} holds {str(word)!r}, and {found} numbers elsewhere; "
            "mend it, or take all of them for names by the nominal level"
        )
    return [None if cell is None else str(cell).strip() for cell in held]


def _is_gap(cell: Any) -> bool:
    """Whether a cell among numbers says that there is none, as spreadsheets and data frames write it."""
    return str(cell).strip().lower() in GAPS


def _like(values: Sequence[Any], categories: Sequence[Hashable]) -> list[Hashable]:
    """The scale as numbers where the values are."""
    if not any(isinstance(value, float) for value in values):
        return list(categories)
    numbers = [_to_number(label) for label in categories]
    if None in numbers:
        raise AgreementError("the values are numbers, and the categories are not")
    return list(numbers)


def _check_scale(
    values: Sequence[Any], categories: Sequence[Hashable], lines: list[Line], column: str
) -> None:
    for (number, _), value in zip(lines, values, strict=True):
        if value is not None and value not in categories:
            raise AgreementError(f"line {number}: {column!r} holds {value!r}, which is not in the categories")


def _to_number(cell: Any) -> float | None:
    if isinstance(cell, bool):
        return None
    try:
        number = float(cell)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None


def _read_lines(path: Path, required: Sequence[str]) -> Iterator[Line]:
    ending = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    reader = READERS.get(ending)
    if reader is None:
        raise AgreementError(
            f"{path.name}: not a file of ratings; its name ends in none of {', '.join(READERS)}"
        )
    try:
        yield from reader(path, required)
    except UnicodeDecodeError as error:
        raise AgreementError(
            f"{path.name}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from None
    except (OSError, EOFError) as error:
        raise AgreementError(f"{path.name}: {getattr(error, 'strerror', None) or error}") from None


def _open(path: Path) -> TextIO:
    if path.name.endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _check_columns(path: Path, found: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in found]
    if missing:
        there = ", ".join(map(repr, found)) or "none"
        raise AgreementError(
            f"{path.name} has no column {missing[0]!r}; it has: {there}. One rating a line is wanted: what was rated, "
            "by whom, and the value"
        )


def _read_csv(path: Path, required: Sequence[str], delimiters: str = ",;") -> Iterator[Line]:
    """Cells between commas or, where the first line has more of those, semicolons, as some spreadsheets write them."""
    csv.field_size_limit(LONGEST_CELL)
    with _open(path) as file:
        first = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter=max(delimiters, key=first.count), strict=True)
        try:
            header = [name.strip() for name in next(rows, [])]
            _check_columns(path, header, required)
            for row in rows:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) != len(header):
                    raise AgreementError(
                        f"line {rows.line_num}: {len(row)} cells under {len(header)} columns"
                    )
                yield rows.line_num, dict(zip(header, row, strict=True))
        except csv.Error as error:
            raise AgreementError(f"line {rows.line_num}: {error}") from None


def _read_tsv(path: Path, required: Sequence[str]) -> Iterator[Line]:
    return _read_csv(path, required, delimiters="\t")


def _read_jsonl(path: Path, required: Sequence[str]) -> Iterator[Line]:
    with _open(path) as file:
        for number, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                cells = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise AgreementError(f"line {number}: not JSON ({getattr(error, 'msg', error)})") from None
            if not isinstance(cells, dict):
                raise AgreementError(f"line {number}: not a JSON object")
            missing = [name for name in required if name not in cells]
            if missing:
                raise AgreementError(f"line {number} has no field {missing[0]!r}; it has: {', '.join(cells)}")
            yield number, cells


def _read_parquet(path: Path, required: Sequence[str]) -> Iterator[Line]:
    import duckdb  # imported on use: the other formats need none of it

    if not path.is_file():
        raise AgreementError(f"{path.name}: there is no such file")
    with duckdb.connect() as base:
        try:
            rows = base.execute("SELECT * FROM read_parquet(?)", [str(path)])
            header = [column[0] for column in rows.description]
            _check_columns(path, header, required)
            chunks = iter(lambda: rows.fetchmany(ROWS), [])
            for number, row in enumerate(chain.from_iterable(chunks), start=1):
                yield number, dict(zip(header, row, strict=True))
        except duckdb.Error as error:
            raise AgreementError(f"{path.name}: {str(error).splitlines()[0]}") from None


READERS: dict[str, Callable[[Path, Sequence[str]], Iterator[Line]]] = {
    "csv": _read_csv,
    "tsv": _read_tsv,
    "jsonl": _read_jsonl,
    "ndjson": _read_jsonl,
    "parquet": _read_parquet,
}
