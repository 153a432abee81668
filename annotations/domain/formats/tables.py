"""Files of rows as people have them: CSV with any delimiter, JSON lines, or JSON with a list of objects."""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final  # a cell is any JSON value

from django.utils.translation import gettext as _

from annotations.domain.formats.batch_lines import GENERATIONS, ITEMS, KINDS, LONGEST_LINE
from annotations.domain.formats.fields import describe
from annotations.domain.formats.pieces import PIECE, OpenFile
from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.strict_json import parse_strict

DELIMITERS: Final = (",", ";", "\t")
MOST_COLUMNS: Final = 200
LONGEST_NAME: Final = 200
LOOKED_AT: Final = 100  # rows, for the columns that they have
Row = dict[str, Any]
NumberedRow = tuple[int, Row | Fault]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of the first hundred rows, and the form they came in; rows are read anew each time, not kept.

    `form` is csv, jsonl or json; with `is_batch` the file is already one that `POST batches/` takes.
    """

    form: str
    columns: tuple[str, ...]
    read_rows: Callable[[], Iterator[NumberedRow]]  # with their line numbers (JSON: their places)
    is_batch: bool = False


def read_table(open_file: OpenFile, *, row_has: str | None = None) -> Table:
    """Raises Invalid where the file is none of these, or its header is none.

    A line is held at a time; of JSON, which has none, the whole. An object that has the field `row_has` is a row,
    whatever lists stand in it; without that field named, one that stands alone may hold the rows in a list.
    """
    _refuse_other_codes(open_file)
    lines = (line for line in _open(open_file, newline="\n") if line.strip())
    first, second = next(lines, "").strip(), next(lines, "")
    if first.startswith("[") or (
        first.startswith("{") and not _holds_lines(first, is_alone=not second, row_has=row_has)
    ):
        return _read_json(open_file, row_has=row_has)
    if first.startswith("{"):
        return _read_lines(open_file)
    return _read_csv(open_file, delimiter=max(DELIMITERS, key=first.count))


def _refuse_other_codes(open_file: OpenFile) -> None:
    """A piece at a time: the whole would be in memory."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, is_read = 1, False
    with open_file() as handle:
        while not is_read:
            piece = handle.read(PIECE)
            is_read = not piece
            begun = len(decoder.getstate()[0])  # bytes of a character that the last piece broke off
            try:
                decoder.decode(piece, final=is_read)
            except UnicodeDecodeError as error:
                line += piece.count(b"\n", 0, max(error.start - begun, 0))
                raise Invalid.at(_("this is no UTF-8: save the file as UTF-8"), line=line) from None
            line += piece.count(b"\n")


def _open(open_file: OpenFile, *, newline: str) -> io.TextIOWrapper:
    """Lines as they end: at `newline`, or where that is empty at any end of line."""
    return io.TextIOWrapper(open_file(), encoding="utf-8-sig", newline=newline)


def _holds_lines(first: str, *, is_alone: bool, row_has: str | None) -> bool:
    """Whether the first line is an object by itself, and not one that holds the rows in a list."""
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return not is_alone or row_has in value or not any(_is_list_of_rows(held) for held in value.values())


def _is_list_of_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _read_json(open_file: OpenFile, *, row_has: str | None) -> Table:
    with open_file() as handle:
        value = parse_strict(handle.read().decode("utf-8-sig"))
    if isinstance(value, dict) and value.keys() & {ITEMS, GENERATIONS}:
        return Table("json", (), lambda: iter(()), is_batch=True)
    if isinstance(value, dict) and row_has in value:
        value = [value]
    elif isinstance(value, dict):
        lists = [held for held in value.values() if isinstance(held, list)]
        value = lists[0] if len(lists) == 1 else value
    if not isinstance(value, list):
        raise Invalid(f"A list of objects is wanted, not {describe(value)}.")
    return _build("json", lambda: (_check_row(number, row) for number, row in enumerate(value, start=1)))


def _read_lines(open_file: OpenFile) -> Table:
    def read() -> Iterator[NumberedRow]:
        for number, line in enumerate(_open(open_file, newline="\n"), start=1):
            if line.strip():
                yield _read_line(number, line.removesuffix("\n"))

    first = next(read())[1]
    if isinstance(first, dict) and len(first) == 1 and first.keys() <= KINDS.keys():
        return Table("jsonl", (), lambda: iter(()), is_batch=True)
    return _build("jsonl", read)


def _read_line(number: int, line: str) -> NumberedRow:
    if len(line) > LONGEST_LINE:
        return number, Fault(f"the line is longer than {LONGEST_LINE} characters", line=number)
    try:
        return _check_row(number, parse_strict(line))
    except Invalid as error:
        return number, Fault(error.faults[0].message if error.faults else error.detail, line=number)


def _check_row(number: int, row: object) -> NumberedRow:
    if isinstance(row, dict):
        return number, row
    return number, Fault(f"an object is wanted, not {describe(row)}", line=number)


def _build(form: str, read_rows: Callable[[], Iterator[NumberedRow]]) -> Table:
    columns: dict[str, None] = {}
    for _number, row in islice(read_rows(), LOOKED_AT):
        columns |= dict.fromkeys(row) if isinstance(row, dict) else {}
    return Table(form, _check_columns(list(columns)), read_rows)


def _check_columns(columns: list[str]) -> tuple[str, ...]:
    if not columns:
        raise Invalid(_("The file holds no rows."))
    if len(columns) > MOST_COLUMNS:
        raise Invalid(f"{MOST_COLUMNS} columns are taken at most, and there are {len(columns)}.")
    for name in columns:
        if not name or len(name) > LONGEST_NAME or "\0" in name:
            raise Invalid.at(f"a column needs a name of 1 to {LONGEST_NAME} characters", line=1)
    if len(set(columns)) < len(columns):
        raise Invalid.at(_("two columns have the same name"), line=1)
    return tuple(columns)


def _read_csv(open_file: OpenFile, *, delimiter: str) -> Table:
    def read() -> Any:
        return csv.reader(_open(open_file, newline=""), delimiter=delimiter, strict=True)

    try:
        header = [name.strip() for name in next(read(), [])]
    except csv.Error as error:
        raise Invalid.at(f"no valid CSV: {error}", line=1) from None
    return Table("csv", _check_columns(header), lambda: _read_csv_rows(read(), header))


def _read_csv_rows(reader: Any, header: list[str]) -> Iterator[NumberedRow]:
    """The rows after the first, which was read before."""
    next(reader)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield number, Fault(f"no valid CSV: {error}", line=number)
            continue
        if row is None:
            return
        if row and len(row) != len(header):
            yield number, Fault(f"{len(header)} fields are wanted, and there are {len(row)}", line=number)
        elif row:
            yield number, dict(zip(header, row, strict=True))
