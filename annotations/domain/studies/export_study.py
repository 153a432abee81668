"""A project becomes a study folder."""

import gzip
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson

from annotations.domain.formats.compose import Line
from annotations.domain.formats.folder import MANIFEST, STEMS
from annotations.domain.studies.manifest_writer import compose_manifest
from annotations.domain.studies.writer import StudyWriter
from annotations.models import Project
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.jsonl import write_jsonl

LARGEST_PLAIN = 6 * 1024 * 1024  # bytes; a larger file is gzipped


def export_study(*, project: Project, folder: Path) -> dict[str, int]:
    """Write the project as a study folder, all or nothing; returns the number of lines by part.

    Raises Conflict where the folder holds a study already, Invalid where it cannot be written.
    """
    _check_free(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as partial:
            counts = _write_parts(project, Path(partial))
            folder.mkdir(exist_ok=True)
            for file in sorted(Path(partial).iterdir()):
                file.replace(folder / file.name)
    except OSError as error:
        raise Invalid.at(f"the folder cannot be written: {error.strerror}", file=str(folder)) from None
    return counts


def _check_free(folder: Path) -> None:
    names = [MANIFEST, *(f"{stem}.jsonl{end}" for stem in STEMS for end in ("", ".gz"))]
    if there := [name for name in names if (folder / name).exists()]:
        raise Conflict(f"{folder} holds a study already ({there[0]}); name another folder.")


def _write_parts(project: Project, folder: Path) -> dict[str, int]:
    writer = StudyWriter(project)
    files: dict[str, str] = {}
    counts: dict[str, int] = {}
    parts: dict[str, Iterator[Line]] = {
        "items": writer.items(),
        "generations": writer.generations(),
        "ratings": writer.ratings(),
    }
    for stem, lines in parts.items():
        file = folder / f"{stem}.jsonl"
        counts[stem] = write_jsonl(file, lines)
        if counts[stem] or stem == "items":
            files[stem] = _compress_large(file).name
        else:
            file.unlink()
    content = compose_manifest(writer, files)
    (folder / MANIFEST).write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n")
    return counts


def _compress_large(file: Path) -> Path:
    if file.stat().st_size <= LARGEST_PLAIN:
        return file
    target = file.with_name(f"{file.name}.gz")
    with (
        file.open("rb") as source,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,  # equal lines, equal bytes
    ):
        shutil.copyfileobj(source, packed)
    file.unlink()
    return target
