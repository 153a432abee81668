"""Streaming of JSON lines, plain or gzipped, with the file and line in every error."""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any  # a line is any JSON object

import orjson

from evalplatform.common.errors import Fault, Invalid

LONGEST_LINE = 4_000_000  # bytes; a line beyond it is refused unread
DEEPEST = 64
LARGEST_FLOAT = (
    1e16  # beyond it PostgreSQL gives a float back as an integer, and JSON a long integer as a float
)
# Most lines hold none of these, and need no walk through their values. Each is looked for by itself, and begins with
# something seldom: one pattern for all takes four times as long. Both may stand for minus zero.
LONG_NUMBER = re.compile(rb"\d(?:\d{15}|[eE]\+?\d|[eE]-\d{3})")
MINUS_ZERO = re.compile(rb"-0(?:\.0+)?[eE\s,\]}]")


def find_jsonl(folder: Path, stem: str) -> Path | None:
    """`stem.jsonl` or `stem.jsonl.gz` in `folder`, if either is there. Raises Invalid where both are."""
    found = [folder / name for name in (f"{stem}.jsonl", f"{stem}.jsonl.gz") if (folder / name).is_file()]
    if len(found) > 1:
        raise Invalid.at(f"{found[1].name} is there too: keep one of them", file=found[0].name)
    return found[0] if found else None


def read_jsonl(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number (from 1) and object of every line that is not blank. Raises Invalid at the first bad line."""
    for number, value in scan_jsonl(file):
        if isinstance(value, Fault):
            raise Invalid(str(value), faults=(value,))
        yield number, value


def scan_jsonl(file: Path) -> Iterator[tuple[int, dict[str, Any] | Fault]]:
    """Like `read_jsonl`, but a bad line is given as its fault and reading goes on.

    Raises Invalid where the file itself cannot be read on: cut, no gzip, no permission.
    """
    try:
        with _open(file) as handle:
            yield from _scan_lines(handle, file.name)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Invalid.at(f"the file is cut or no gzip: {error}", file=file.name) from None
    except OSError as error:
        raise Invalid.at(f"the file cannot be read: {error.strerror}", file=file.name) from None


def _open(file: Path) -> IO[bytes]:
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  # type: ignore[return-value]  # GzipFile reads bytes too


def _scan_lines(handle: IO[bytes], name: str) -> Iterator[tuple[int, dict[str, Any] | Fault]]:
    number = 0
    while raw := handle.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            _skip_line(handle, raw)
            yield number, Fault(f"the line is longer than {LONGEST_LINE} bytes", line=number, file=name)
        elif raw.strip():
            try:
                yield number, parse_object(raw, line=number, file=name)
            except Invalid as error:
                yield number, error.faults[0]


def _skip_line(handle: IO[bytes], raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = handle.readline(LONGEST_LINE)


def parse_object(raw: bytes, *, line: int, file: str = "") -> dict[str, Any]:
    """One JSON object that both databases keep exactly; anything else is Invalid at this line.

    Minus zero is read as zero.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid.at(f"no valid JSON: {error}", line=line, file=file) from None
    if not isinstance(value, dict):
        raise Invalid.at("a line must hold one JSON object", line=line, file=file)
    if _is_suspect(raw):
        check_storable(value, line=line, file=file)
        return {key: unsign_zeros(child) for key, child in value.items()}
    return value


def _is_suspect(raw: bytes) -> bool:
    """Whether the line may hold what a database would refuse or give back as something else."""
    return (
        b"\\u0000" in raw
        or LONG_NUMBER.search(raw) is not None
        or (b"-0" in raw and MINUS_ZERO.search(raw) is not None)
        or raw.count(b"[") + raw.count(b"{") > DEEPEST
    )


def check_storable(value: Any, *, line: int | None = None, file: str = "") -> None:
    """Raise Invalid where a database would refuse a JSON value or give another one back."""
    if isinstance(value, dict) and _holds_plain_texts(value):
        return
    nodes = [(value, 0, "")]
    while nodes:
        node, depth, field = nodes.pop()
        if isinstance(node, str) and "\0" in node:
            raise Invalid.at("a text holds the character NUL", field=field, line=line, file=file)
        if isinstance(node, float) and abs(node) >= LARGEST_FLOAT:
            raise Invalid.at("a number is too large to be kept exactly", field=field, line=line, file=file)
        if depth > DEEPEST:
            raise Invalid.at(f"nested deeper than {DEEPEST}", field=field, line=line, file=file)
        if isinstance(node, dict):
            nodes += [(key, depth + 1, field or key) for key in node]
            nodes += [(child, depth + 1, field or key) for key, child in node.items()]
        elif isinstance(node, list):
            nodes += [(child, depth + 1, field) for child in node]


def _holds_plain_texts(value: dict[str, Any]) -> bool:
    """Whether nothing but texts stands in an object, and all can be kept: most lines need no further walk."""
    for key, child in value.items():
        if "\0" in key or not (child is None or (type(child) is str and "\0" not in child)):
            return False
    return True


def read_raw_lines(handle: IO[bytes], *, longest: int) -> Iterator[tuple[int, bytes | Fault]]:
    """Number (from 1) and bytes of every line, blank ones too; one that is too long is a fault, and never in memory."""
    number = 0
    while raw := handle.readline(longest + 1):
        number += 1
        if len(raw) > longest:
            _skip_line(handle, raw)
            yield number, Fault(f"the line is longer than {longest} bytes", line=number)
        else:
            yield number, raw


def unsign_zeros(value: Any) -> Any:
    """A JSON value with 0.0 for every -0.0: PostgreSQL's JSON has no signed zero, so no database is given one."""
    if isinstance(value, dict):
        return {key: unsign_zeros(child) for key, child in value.items()}
    if isinstance(value, list):
        return [unsign_zeros(child) for child in value]
    return value + 0.0 if isinstance(value, float) else value  # -0.0 + 0.0 is 0.0


def write_jsonl(file: Path, lines: Iterable[dict[str, Any]]) -> int:
    """Write one object a line, gzipped where the name ends in `.gz`; returns how many.

    Gzip output holds no time stamp: equal lines give equal bytes.
    """
    count = 0
    with file.open("wb") as target:
        writer = (
            gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=0) if file.suffix == ".gz" else target
        )
        for line in lines:
            writer.write(orjson.dumps(line) + b"\n")
            count += 1
        if writer is not target:
            writer.close()
    return count
