"""What is kept of a batch or a table while it is read does not grow with it, beyond the file itself."""

import io
import tracemalloc
from collections.abc import Callable

import pytest

from annotations.domain.formats.batch_lines import CSV, NDJSON, read_batch, read_lines
from annotations.domain.formats.mapping import check_mapping, guess_mapping, map_rows
from annotations.domain.formats.tables import read_table
from tests.factories.batches import make_lines

SMALL, LARGE = 300, 1_500
MOST_KEPT = 50  # bytes a line: one that is kept takes several hundred
ROW = "item number {n},Why {n}?,alpha,Because of {n}.\n"


def make_csv(count: int) -> bytes:
    rows = [ROW.format(n=number) for number in range(count)]
    return "".join(["item_id,prompt,system,text\n", *rows]).encode()


def draft_lines(content: bytes) -> None:
    with read_batch(handle=io.BytesIO(content), media_type=NDJSON, content_hash="0" * 64) as draft:
        assert not draft.log.faults


def draft_csv(content: bytes) -> None:
    with read_batch(handle=io.BytesIO(content), media_type=CSV, content_hash="0" * 64) as draft:
        assert not draft.log.faults


def draft_table(content: bytes) -> None:
    table = read_table(lambda: io.BytesIO(content))
    lines = map_rows(table, check_mapping(guess_mapping(table.columns)))
    with read_lines(found=lines, content_hash="0" * 64) as draft:
        assert not draft.log.faults


def measure(draft: Callable[[bytes], None], content: bytes) -> int:
    """The most bytes of Python's that were held at once, beside the content."""
    tracemalloc.start()
    try:
        draft(content)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("draft", "make"),
    [
        (draft_lines, lambda count: make_lines(count, ["alpha"])),
        (draft_csv, make_csv),
        (draft_table, make_csv),
    ],
)
def test_a_larger_draft_holds_no_more(draft: Callable[[bytes], None], make: Callable[[int], bytes]) -> None:
    measure(draft, make(10))  # what is imported and cached once

    small, large = (measure(draft, make(count)) for count in (SMALL, LARGE))

    assert large - small < MOST_KEPT * (LARGE - SMALL)
