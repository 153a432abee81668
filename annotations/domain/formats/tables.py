"""Files of rows as people have them: CSV with any delimiter, JSON lines, or JSON with a list of objects."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final  # a cell is any JSON value

from django.utils.translation import gettext as _

from annotations.domain.formats.batch_csv import BOM
from annotations.domain.formats.batch_lines import GENERATIONS, ITEMS, KINDS, LONGEST_LINE
from annotations.domain.formats.fields import describe
from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.strict_json import parse_strict

DELIMITERS: Final = (",", ";", "\t")
MOST_COLUMNS: Final = 200
LONGEST_NAME: Final = 200
Row = dict[str, Any]
NumberedRow = tuple[int, Row | Fault]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their line numbers (JSON: their places), the columns of the first hundred, and the form they came in.

    `form` is csv, jsonl or json; with `is_batch` the file is already one that `POST batches/` takes.
    """

    form: str
    columns: tuple[str, ...]
    rows: tuple[NumberedRow, ...]
    is_batch: bool = False


def read_table(content: bytes) -> Table:
    """Raises Invalid where the file is none of these, or its header is none."""
    text = _decode(content)
    start = text.lstrip()[:1]
    if start == "[" or (start == "{" and not _holds_lines(text)):
        return _read_json(text)
    if start == "{":
        return _read_lines(text)
    return _read_csv(text)


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid.at(_("this is no UTF-8: save the file as UTF-8"), line=line) from None


def _holds_lines(text: str) -> bool:
    """Whether the first line is an object by itself, and not one that holds the rows in a list."""
    first, *others = (line for line in text.splitlines() if line.strip())
    try:
        value = json.loads(first)
    except ValueError:
        return False
    return bool(others) or not any(_is_list_of_rows(held) for held in value.values())


def _is_list_of_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _read_json(text: str) -> Table:
    value = parse_strict(text)
    if isinstance(value, dict) and value.keys() & {ITEMS, GENERATIONS}:
        return Table("json", (), (), is_batch=True)
    if isinstance(value, dict):
        lists = [held for held in value.values() if isinstance(held, list)]
        value = lists[0] if len(lists) == 1 else value
    if not isinstance(value, list):
        raise Invalid(f"A list of objects is wanted, not {describe(value)}.")
    return _build("json", (_check_row(number, row) for number, row in enumerate(value, start=1)))


def _read_lines(text: str) -> Table:
    rows: list[NumberedRow] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            rows.append(_read_line(number, line))
    first = rows[0][1]
    if isinstance(first, dict) and len(first) == 1 and first.keys() <= KINDS.keys():
        return Table("jsonl", (), (), is_batch=True)
    return _build("jsonl", iter(rows))


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


def _build(form: str, rows: Iterator[NumberedRow]) -> Table:
    held = tuple(rows)
    columns: dict[str, None] = {}
    for _number, row in held[:100]:
        columns |= dict.fromkeys(row) if isinstance(row, dict) else {}
    return Table(form, _check_columns(list(columns)), held)


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


def _read_csv(text: str) -> Table:
    first = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise Invalid.at(f"no valid CSV: {error}", line=1) from None
    return Table("csv", _check_columns(header), tuple(_read_csv_rows(reader, header)))


def _read_csv_rows(reader: Any, header: list[str]) -> Iterator[NumberedRow]:
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
