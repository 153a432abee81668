"""Formats: bytes leave while rows are still being read."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from evalplatform.reports.export.formats import LINES, write_csv, write_jsonl
from evalplatform.reports.export.table import Kind, Row, Table, columns

TABLE = Table(
    "numbers", columns(("n", Kind.WHOLE, "A number."), ("word", Kind.TEXT, "A word.")), lambda _: iter(())
)


@pytest.mark.parametrize("write", [write_csv, write_jsonl])
def test_no_more_than_a_piece_is_held(write: Callable[[Table, Iterable[Row]], Iterator[bytes]]) -> None:
    read = 0

    def give_rows() -> Iterator[Row]:
        nonlocal read
        for read in range(1, 5 * LINES + 1):
            yield (read, "-x")

    pieces = write(TABLE, give_rows())
    held = []
    for piece in pieces:
        held.append((read, piece.count(b"\n")))
        if read == 2 * LINES:
            break
    header = 1 if write is write_csv else 0
    assert held == [(LINES, LINES + header), (2 * LINES, LINES)]


def test_an_empty_table_has_its_header() -> None:
    assert b"".join(write_csv(TABLE, ())) == b"n,word\r\n"
    assert b"".join(write_jsonl(TABLE, ())) == b""


def test_numbers_of_ours_are_not_guarded() -> None:
    assert b"".join(write_csv(TABLE, [(-1, "-1")])) == b"n,word\r\n-1,'-1\r\n"
