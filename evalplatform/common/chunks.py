"""Streams taken a piece at a time, so that memory holds one piece and not the whole."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")


def take_chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Lists of `size` rows, the last of which may be shorter; none is empty."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk
