import gzip
from pathlib import Path

import pytest

from evalplatform.common.errors import Invalid
from evalplatform.common.jsonl import find_jsonl, read_jsonl, write_jsonl


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    lines = [{"a": 1}, {"b": "два"}, {"c": None, "d": 4.0}]

    assert write_jsonl(tmp_path / name, lines) == 3
    assert list(read_jsonl(tmp_path / name)) == [(1, lines[0]), (2, lines[1]), (3, lines[2])]
    assert find_jsonl(tmp_path, "a") == tmp_path / name


def test_gzip_of_equal_lines_is_equal(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write_jsonl(tmp_path / name, [{"a": 1}])

    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


@pytest.mark.parametrize("bad", [b"{", b"[1]", b'{"a": NaN}', b"\xff\xfe{}", b'"text"', b"[" * 5000])
def test_a_bad_line_is_named(tmp_path: Path, bad: bytes) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"fine": 1}\n\n' + bad + b"\n")

    with pytest.raises(Invalid) as caught:
        list(read_jsonl(file))
    assert (caught.value.faults[0].file, caught.value.faults[0].line) == ("a.jsonl", 3)


def test_a_cut_gzip_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"a": 1}\n' * 1000)[:40])

    with pytest.raises(Invalid):
        list(read_jsonl(file))
