"""The formats of an export. Each gives bytes while rows are still being read."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple  # cells are any JSON values

import orjson

from evalplatform.common.chunks import take_chunks
from evalplatform.common.csv_cells import guard_cell
from evalplatform.reports.export.table import Kind, Row, Table

LINES = 200  # written at once
PIECE = 1 << 16
LONGEST_LINE = 1 << 25


class Format(NamedTuple):
    """How a table becomes bytes."""

    ending: str
    content_type: str
    write: Callable[[Table, Iterable[Row]], Iterator[bytes]]


def write_csv(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV (RFC 4180, UTF-8): text that a spreadsheet would run begins with an apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(table.header)
    kinds = [column.kind for column in table.columns]
    for chunk in take_chunks(rows, LINES):
        writer.writerows(
            [_spell_cell(kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in chunk
        )
        yield _drain(buffer)
    yield _drain(buffer)


def _spell_cell(kind: Kind, cell: Any) -> Any:
    if cell is None:
        return ""
    if kind == Kind.TEXT:
        return guard_cell(cell)
    if kind == Kind.JSON:
        return guard_cell(orjson.dumps(cell).decode())
    if kind == Kind.FLAG:
        return "true" if cell else "false"
    return cell.isoformat() if isinstance(cell, datetime) else cell


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def write_jsonl(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """One JSON object a line, every text as it is."""
    for chunk in take_chunks(rows, LINES):
        lines = [orjson.dumps(dict(zip(table.header, row, strict=True))) for row in chunk]
        yield b"\n".join([*lines, b""])


def write_parquet(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """Parquet with the table's own types, made in a file that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="evalplatform-export-") as folder:
        lines, target = Path(folder) / "rows.jsonl", Path(folder) / "rows.parquet"
        with lines.open("wb") as file:
            file.writelines(write_jsonl(table, (_flatten(table, row) for row in rows)))
        _convert(table, lines, target)
        lines.unlink()
        with target.open("rb") as made:
            while piece := made.read(PIECE):
                yield piece


def _flatten(table: Table, row: Row) -> Row:
    """JSON values as texts: a column of them has one type, whatever it holds."""
    return tuple(
        orjson.dumps(cell).decode() if column.kind == Kind.JSON and cell is not None else cell
        for column, cell in zip(table.columns, row, strict=True)
    )


def _convert(table: Table, lines: Path, target: Path) -> None:
    import duckdb

    types = {
        column.name: str(Kind.TEXT if column.kind == Kind.JSON else column.kind) for column in table.columns
    }
    with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as base:
        base.execute("SET TimeZone = 'UTC'")
        source = base.read_json(
            str(lines), columns=types, format="newline_delimited", maximum_object_size=LONGEST_LINE
        )
        source.write_parquet(str(target), compression="zstd")


FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8", write_csv),
    "jsonl": Format("jsonl", "application/x-ndjson", write_jsonl),
    "parquet": Format("parquet", "application/vnd.apache.parquet", write_parquet),
}
