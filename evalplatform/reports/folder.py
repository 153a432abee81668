"""A report as files: the results, and every picture as SVG with its specification."""

from collections.abc import Iterator
from pathlib import Path

from evalplatform.reports.pictures.gallery import draw_pictures
from evalplatform.reports.pictures.render import render_spec, render_svg
from evalplatform.reports.snapshots.snapshot import Snapshot


def write_report(snapshot: Snapshot, folder: Path) -> Iterator[Path]:
    """Write results.json and the pictures of every criterion; gives each path when it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    yield _write(folder / "results.json", snapshot.to_bytes())
    names = list(dict.fromkeys(row.criterion for row in snapshot.rows))
    for number, criterion in enumerate(names, start=1):
        place = folder if len(names) == 1 else folder / f"{number:02d}-{_file_name(criterion)}"
        place.mkdir(exist_ok=True)
        for picture in draw_pictures(snapshot.rows, criterion=criterion):
            yield _write(place / f"{picture.name}.svg", render_svg(picture.spec).encode())
            yield _write(place / f"{picture.name}.vl.json", render_spec(picture))


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _file_name(criterion: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in criterion)
