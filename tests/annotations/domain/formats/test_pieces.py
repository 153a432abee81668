"""Pieces are one file to whoever reads them."""

import io
from collections.abc import Callable
from typing import IO

import pytest

from annotations.domain.formats.pieces import PIECE, open_pieces, read_in_pieces
from annotations.domain.formats.tables import read_table
from evalplatform.common.errors import Invalid

TEXT = "".join(f"line {number}: \u017e\U0001f600\n" for number in range(5))


def cut(content: bytes, size: int) -> Callable[[], IO[bytes]]:
    return lambda: open_pieces(lambda number: content[number * size : (number + 1) * size])


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(TEXT.encode()), 1_000])
def test_lines_and_characters_may_be_cut_anywhere(size: int) -> None:
    content = TEXT.encode()
    open_file = cut(content, size)
    assert open_file().read() == content
    assert open_file().readlines() == content.splitlines(keepends=True)
    assert io.TextIOWrapper(open_file(), encoding="utf-8").read() == TEXT


def test_two_read_one_file_in_turn() -> None:
    content = bytes(range(256)) * (PIECE // 100)
    file = io.BytesIO(content)
    first, second = (open_pieces(read_in_pieces(file)) for _ in range(2))
    halves = first.read(PIECE + 1), second.read(10), first.read()
    assert halves == (content[: PIECE + 1], content[:10], content[PIECE + 1 :])


def test_a_piece_that_is_missing_is_no_end() -> None:
    def read(number: int) -> bytes:
        if number:
            raise LookupError
        return b"a,b\n"

    with pytest.raises(LookupError):
        open_pieces(read).read()


@pytest.mark.parametrize("size", [1, 2, 5, 64])
@pytest.mark.parametrize("wrong", [b"\xff", b"\xc5\n", b"\xf0\x9f", b"\xf0\x9f\x98\nx"])
def test_the_line_that_is_no_utf8_is_named_wherever_pieces_end(
    size: int, wrong: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.domain.formats.tables.PIECE", size)
    content = "a,\u017e\n1,2\n3,".encode() + wrong
    with pytest.raises(Invalid) as raised:
        read_table(lambda: io.BytesIO(content))
    assert raised.value.faults[0].line == 3
