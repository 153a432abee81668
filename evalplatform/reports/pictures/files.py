"""A picture as a file of any kind, remembered as long as the ledger stays the same."""

import csv
import io

from django.core.cache import cache
from django.utils.translation import get_language

from annotations.models import Project
from evalplatform.common.errors import Missing
from evalplatform.common.hashing import hash_content
from evalplatform.reports.pictures.gallery import draw_picture
from evalplatform.reports.pictures.picture import Picture
from evalplatform.reports.pictures.render import render_png, render_spec, render_svg
from evalplatform.reports.pictures.theme import Theme
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from evalplatform.reports.snapshots.version import code_version

KINDS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HOUR = 3600


def draw_file(
    *, project: Project, criterion: str, name: str, kind: str, theme: Theme, inputs_hash: str
) -> bytes:
    """The file's content. `inputs_hash` as a page knew it spares reading the ledger again. Raises Missing."""
    parts = [project.pk, criterion, name, kind, theme, get_language(), code_version()]
    known: bytes | None = cache.get(_key(inputs_hash, parts)) if inputs_hash else None
    if known is not None:
        return known
    snapshot = take_snapshot(project=project, wanted=Wanted(criterion=criterion))
    picture = draw_picture(snapshot.rows, criterion=criterion, name=name)
    if picture is None:
        raise Missing("There is nothing to draw yet.")
    content = write_picture(picture, kind, theme)
    cache.set(_key(snapshot.inputs_hash, parts), content, HOUR)
    return content


def write_csv(picture: Picture) -> bytes:
    """The picture's table; a name that a spreadsheet would take for a formula is quoted."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([key for key, _ in picture.columns])
    for record in picture.records:
        writer.writerow([_escape(record.get(key)) for key, _ in picture.columns])
    return buffer.getvalue().encode()


def write_picture(picture: Picture, kind: str, theme: Theme) -> bytes:
    if kind == "svg":
        return render_svg(picture.spec, theme=theme).encode()
    if kind == "png":
        return render_png(picture.spec, theme=theme)
    return render_spec(picture) if kind == "json" else write_csv(picture)


def _key(inputs_hash: str, parts: list[object]) -> str:
    return f"picture:{hash_content([inputs_hash, *parts])}"


def _escape(value: str | float | None) -> str | float | None:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
