"""Bodies are inflated under a guard, in bounded memory."""

import gzip
import subprocess
import sys
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalplatform.common.errors import Invalid, TooLarge
from evalplatform.rest.bodies import CHUNK, inflate
from evalplatform.settings.env import REPOSITORY

LIMIT = 50_000_000
BOMB = 190 * 2**20

# In a process of its own: how much memory and processor time it took is then its own, whatever else runs here.
DEFUSE = f"""
import resource, sys, zlib
from evalplatform.common.errors import TooLarge
from evalplatform.rest.bodies import inflate
packer = zlib.compressobj(9, zlib.DEFLATED, 31)
bomb = b"".join(packer.compress(b"a" * 2**20) for _ in range({BOMB} // 2**20)) + packer.flush()
before, worked = resource.getrusage(resource.RUSAGE_SELF), resource.RUSAGE_SELF
resource.setrlimit(resource.RLIMIT_DATA, (150 * 2**20, 150 * 2**20))
count = 0
try:
    for piece in inflate(iter([bomb]), limit={LIMIT}):
        count += len(piece)
except TooLarge as error:
    after = resource.getrusage(worked)
    print(len(bomb), count, after.ru_maxrss - before.ru_maxrss, after.ru_utime - before.ru_utime)
"""


def test_row_22_a_bomb_is_refused_before_it_is_inflated() -> None:
    told = subprocess.run(
        [sys.executable, "-c", DEFUSE], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    packed, inflated, kilobytes, seconds = map(float, told.stdout.split())
    assert packed < BOMB / 1000
    assert inflated < LIMIT
    assert kilobytes < 5_000
    assert seconds < 2


def split(raw: bytes, size: int) -> Iterator[bytes]:
    return (raw[start : start + size] for start in range(0, len(raw), size))


@given(st.lists(st.binary(max_size=200), min_size=1), st.integers(1, 50), st.integers(0, 9))
def test_what_was_packed_comes_out_however_it_arrives(parts: list[bytes], size: int, level: int) -> None:
    packed = b"".join(gzip.compress(part, level) for part in parts)

    assert b"".join(inflate(split(packed, size), limit=LIMIT)) == b"".join(parts)
    with pytest.raises(Invalid):
        list(inflate(split(packed[:-1], size), limit=LIMIT))


@pytest.mark.parametrize("size", [CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_nothing_is_left_inside_at_the_end_of_a_chunk(size: int) -> None:
    assert sum(map(len, inflate(iter([gzip.compress(b"a" * size)]), limit=LIMIT))) == size


def test_the_limit_counts_inflated_bytes() -> None:
    packed = gzip.compress(b"a" * 1001)

    with pytest.raises(TooLarge):
        list(inflate(iter([packed]), limit=1000))
    assert len(b"".join(inflate(iter([packed]), limit=1001))) == 1001


def test_empty_members_without_end_are_bounded_by_what_is_received() -> None:
    empty = zlib.compressobj(9, zlib.DEFLATED, 31).flush()

    assert b"".join(inflate(iter([empty * 1000]), limit=1)) == b""
