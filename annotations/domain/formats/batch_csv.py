"""A batch as CSV: a row is an item, and where it names a system also that system's answer."""

import csv
from collections.abc import Iterator
from contextlib import closing
from typing import IO, Final

from annotations.domain.formats.first_rows import FirstRows
from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.jsonl import read_raw_lines

ITEM_FIELDS: Final = ("prompt", "context", "reference", "language", "needs_language", "needs_skills")
COLUMNS: Final = ("item_id", *ITEM_FIELDS, "system", "text")
BOM: Final = "\ufeff"  # spreadsheets begin UTF-8 with it
Found = tuple[int, str, dict[str, str | None] | Fault]


class BatchTable:
    """Rows of a CSV file as lines of items and generations.

    What an item is stands in its first row; later rows repeat it or leave it empty.
    """

    def __init__(self, handle: IO[bytes], *, longest: int) -> None:
        self._raw = read_raw_lines(handle, longest=longest)
        self._too_long: list[Fault] = []
        self._reader = csv.reader(self._decode(), strict=True)

    def read(self) -> Iterator[Found]:
        """Line number, list and line, or what is wrong with it. Raises Invalid where the header is none."""
        header = self._read_header()
        with closing(FirstRows()) as said:
            yield from self._read_rows(header, said)

    def _read_rows(self, header: list[str], said: FirstRows) -> Iterator[Found]:
        while True:
            start = self._reader.line_num + 1
            try:
                row = next(self._reader, None)
            except csv.Error as error:
                yield start, "", Fault(f"no valid CSV: {error}", line=start)
                continue
            while self._too_long:
                fault = self._too_long.pop(0)
                yield fault.line or start, "", fault
            if row is None:
                return
            if row:
                yield from _read_row(start, header, row, said)

    def _decode(self) -> Iterator[str]:
        """Bytes that are no UTF-8 become half characters, which are refused in the field where they stand."""
        for number, raw in self._raw:
            if isinstance(raw, Fault):
                self._too_long.append(raw)
                yield "\n"  # keeps the numbers of the lines after it
            else:
                text = raw.decode("utf-8", "surrogateescape")
                yield text.removeprefix(BOM) if number == 1 else text

    def _read_header(self) -> list[str]:
        try:
            header = [name.strip() for name in next(self._reader, [])]
        except csv.Error as error:
            raise Invalid.at(f"no valid CSV: {error}", line=1) from None
        unknown = sorted({name for name in header if name not in COLUMNS})
        if unknown or "item_id" not in header or len(set(header)) < len(header):
            raise Invalid.at(
                f"the first line names the columns, in UTF-8, each once: item_id and any of {', '.join(COLUMNS[1:])}",
                line=1,
            )
        return header


def _read_row(number: int, header: list[str], row: list[str], said: FirstRows) -> Iterator[Found]:
    try:
        yield from _split(number, _name_fields(header, row), said)
    except Invalid as error:
        yield number, "", error.faults[0]


def _split(number: int, fields: dict[str, str], said: FirstRows) -> Iterator[Found]:
    key = fields.get("item_id", "")
    item = {name: fields[name] for name in ITEM_FIELDS if fields.get(name)}
    if item and _is_new(key, item, said):
        yield number, "items", {"item_id": key, **item}
    if fields.get("system"):
        yield (
            number,
            "generations",
            {"item_id": key, "system": fields["system"], "text": fields.get("text") or None},
        )
    elif fields.get("text"):
        raise Invalid.at("a text needs the system that wrote it", field="system")
    elif not item:
        raise Invalid.at("the row holds neither an item nor an answer", field="item_id")


def _is_new(key: str, item: dict[str, str], said: FirstRows) -> bool:
    """Whether this is the item's first row. Raises Invalid where a later one says something else."""
    is_first, other = said.compare(key, item)
    if other:
        raise Invalid.at("an earlier row of this item says something else", field=other)
    return is_first


def _name_fields(header: list[str], row: list[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise Invalid.at(f"{len(header)} fields are wanted, and there are {len(row)}")
    fields = dict(zip(header, row, strict=True))
    for name, text in fields.items():
        if "\0" in text:
            raise Invalid.at("a text holds the character NUL", field=name)
        if not _is_utf8(text):
            raise Invalid.at("this is no UTF-8", field=name)
    return fields


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
