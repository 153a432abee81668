import gzip
import json
from pathlib import Path

import pytest

from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.jsonl import LONGEST_LINE, find_jsonl, read_jsonl, scan_jsonl, write_jsonl


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    lines: list[dict[str, object]] = [{"a": 1}, {"b": "два"}, {"c": None, "d": 4.0}]

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


def test_scanning_goes_on_after_a_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"a": 1}\n{\n' + b"x" * (2 * LONGEST_LINE + 5) + b'\n\n{"a": 2}')

    scanned = list(scan_jsonl(file))
    assert [number for number, _ in scanned] == [1, 2, 3, 5]
    assert [line for _, line in scanned if not isinstance(line, Fault)] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "bad",
    [
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": 1e16}',
        b'{"a": -1E300}',
        b'{"a": 18446744073709551616}',
        b'{"a": ' * 66 + b"1" + b"}" * 66,
        b'{"a": ' + b"[" * 70 + b"]" * 70 + b"}",
    ],
)
def test_what_a_database_would_not_keep_is_refused(tmp_path: Path, bad: bytes) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(bad)

    with pytest.raises(Invalid):
        list(read_jsonl(file))


@pytest.mark.parametrize(
    "fine",
    [b'{"a": 18446744073709551615}', b'{"a": 9999999999999998.0}', b'{"a": 1e-300}', b'{"a": "1e99"}'],
)
def test_large_but_exact_numbers_are_read(tmp_path: Path, fine: bytes) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(fine)

    assert list(read_jsonl(file)) == [(1, json.loads(fine))]


@pytest.mark.parametrize(
    "zero",
    [
        "-0.0",
        "-0.000",
        "-0",
        "-0e0",
        "-0.0E-5",
        "-0.0e+5",
        "-1e-400",
        "-0.1E-0400",
        f"-0.{'0' * 400}1",
        "0.0",
    ],
)
@pytest.mark.parametrize("place", ['{"a":%s}', '{"a": %s }', '{"a":{"b":[1,%s,"-0.0 "]}}', '{"a":[%s\t]}'])
def test_minus_zero_is_read_as_zero(tmp_path: Path, zero: str, place: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(place % zero, encoding="utf-8")
    plain = "0" if zero == "-0" else "0.0"

    assert repr(list(read_jsonl(file))) == repr([(1, json.loads(place % plain))])


def test_the_same_part_twice_is_refused(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", [])
    write_jsonl(tmp_path / "a.jsonl.gz", [])

    with pytest.raises(Invalid):
        find_jsonl(tmp_path, "a")
    assert find_jsonl(tmp_path, "b") is None
