"""Streaming of JSON lines, plain or gzipped, with the file and line in every error."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any  # a line is any JSON object

import orjson

from evalplatform.common.errors import Invalid

LONGEST_LINE = 1_000_000  # bytes; a line beyond it is refused unread


def find_jsonl(folder: Path, stem: str) -> Path | None:
    """`stem.jsonl` or `stem.jsonl.gz` in `folder`, if either is there."""
    for name in (f"{stem}.jsonl", f"{stem}.jsonl.gz"):
        if (folder / name).is_file():
            return folder / name
    return None


def open_jsonl(file: Path) -> IO[bytes]:
    return gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")  # type: ignore[return-value]  # GzipFile reads bytes too


def read_jsonl(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number (from 1) and object of every line that is not blank. Raises Invalid at the first bad line."""
    with open_jsonl(file) as handle:
        try:
            yield from _read_lines(handle, file.name)
        except (EOFError, gzip.BadGzipFile) as error:
            raise Invalid.at(f"the file is cut or no gzip: {error}", file=file.name) from None


def _read_lines(handle: IO[bytes], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while raw := handle.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise Invalid.at(f"the line is longer than {LONGEST_LINE} bytes", line=number, file=name)
        if raw.strip():
            yield number, parse_object(raw, line=number, file=name)


def parse_object(raw: bytes, *, line: int, file: str = "") -> dict[str, Any]:
    """One JSON object; anything else is Invalid at this line."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid.at(f"no valid JSON: {error}", line=line, file=file) from None
    if not isinstance(value, dict):
        raise Invalid.at("a line must hold one JSON object", line=line, file=file)
    return value


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
