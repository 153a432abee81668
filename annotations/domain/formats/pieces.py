"""A file that is read a piece at a time, from the start and as often as is wanted."""

import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE: Final = 256 * 1024  # bytes
ReadPiece = Callable[[int], bytes]  # by number, from 0; empty after the last
OpenFile = Callable[[], IO[bytes]]  # at its start, whatever was read before


def open_pieces(read_piece: ReadPiece) -> IO[bytes]:
    """The pieces as one file, of which one piece is held. What `read_piece` raises, reading raises."""
    return io.BufferedReader(_Pieces(read_piece))


def read_in_pieces(file: IO[bytes]) -> ReadPiece:
    """The pieces of a file that can be sought in; several may read it in turn."""

    def read(number: int) -> bytes:
        file.seek(number * PIECE)
        return file.read(PIECE)

    return read


class _Pieces(io.RawIOBase):
    def __init__(self, read_piece: ReadPiece) -> None:
        self._read_piece = read_piece
        self._number = 0
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._held:
            self._held = memoryview(self._read_piece(self._number))
            self._number += 1
        target = memoryview(buffer)
        count = min(len(target), len(self._held))
        target[:count], self._held = self._held[:count], self._held[count:]
        return count
