"""Chunks are full but for the last, none is empty, and nothing is read ahead."""

from collections.abc import Iterator

import pytest

from evalplatform.common.chunks import take_chunks


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (2, [2]), (3, [3]), (7, [3, 3, 1])])
def test_every_row_is_in_one_chunk(count: int, sizes: list[int]) -> None:
    chunks = list(take_chunks(range(count), 3))

    assert [len(chunk) for chunk in chunks] == sizes
    assert [row for chunk in chunks for row in chunk] == list(range(count))


def test_a_chunk_is_there_before_the_next_is_read() -> None:
    read: list[int] = []

    def stream() -> Iterator[int]:
        for row in range(6):
            read.append(row)
            yield row

    assert next(take_chunks(stream(), 2)) == [0, 1]
    assert read == [0, 1]
