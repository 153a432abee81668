"""Files that are looked at before they are taken in: the same intake as `POST batches/`, after columns were named."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from django.db import transaction

from annotations.domain.checking.upload_known import leave_known_out
from annotations.domain.formats.batch_lines import JSON, NDJSON, BatchDraft, read_batch, read_lines
from annotations.domain.formats.mapping import check_mapping, guess_mapping, map_rows
from annotations.domain.formats.needs import NOTHING, Needs
from annotations.domain.formats.pieces import open_pieces, read_in_pieces
from annotations.domain.formats.tables import Table, read_table
from annotations.domain.intake.batches import BatchCheck, check_batch, submit_batch
from annotations.domain.intake.upload_pieces import GONE, open_upload, store_pieces
from annotations.models import Batch, Project, Upload
from annotations.queries.uploads import list_old_uploads
from evalplatform.accounts.models import User
from evalplatform.common.errors import Missing
from evalplatform.common.hashing import hash_file

LARGEST = 20_000_000  # bytes
THROWN_AWAY_AT_ONCE = 20  # files of up to 20 MB each


def keep_upload(*, project: Project, user: User, name: str, file: IO[bytes]) -> Upload:
    """The file, with what its columns probably are; for a day.

    The file must be one that can be sought in. Raises Invalid where it is no table.
    """

    def open_file() -> IO[bytes]:
        return open_pieces(read_in_pieces(file))

    table = read_table(open_file)  # others write meanwhile
    upload = Upload(
        project=project,
        user=user,
        name=name[:200],
        content_hash=hash_file(open_file()),
        mapping=guess_mapping(table.columns),
    )
    with transaction.atomic():
        upload.save()
        store_pieces(upload, open_file)
    return upload


def forget_old_uploads() -> int:
    """Throw files away that were left lying for a day, some at a time; the sweep comes again. Returns how many."""
    ids = list(list_old_uploads().order_by("pk").values_list("pk", flat=True)[:THROWN_AWAY_AT_ONCE])
    if ids:
        Upload.objects.filter(pk__in=ids).defer("content").delete()
    return len(ids)


def read_upload(upload: Upload) -> Table:
    """The file's columns, and its rows as often as they are asked for. Raises Missing where it is gone meanwhile."""
    return read_table(open_upload(upload))


def map_columns(*, upload: Upload, mapping: Mapping[str, str], needs: Needs = NOTHING) -> None:
    """Keep what the columns are said to be, whether or not that can be, and what rows that name no needs ask for.

    Raises Missing where the file is gone meanwhile.
    """
    upload.mapping = {column: mapping.get(column, "") for column in upload.mapping}
    upload.needs_language, upload.needs_skills = needs.language, ",".join(needs.skills)
    kept = {name: getattr(upload, name) for name in ("mapping", "needs_language", "needs_skills")}
    if not Upload.objects.filter(pk=upload.pk).update(**kept):
        raise Missing(str(GONE))


def check_upload(*, upload: Upload, table: Table) -> BatchCheck:
    """What taking the file in would do. Raises Invalid where the columns do not fit together."""
    with _read_draft(upload, table, partial=True) as draft:
        return check_batch(project=upload.project, draft=draft)


def take_upload(*, upload: Upload, user: User, partial: bool) -> Batch:
    """Store the file's items and answers and forget the file. Raises Invalid with every fault unless `partial`."""
    read = _read_draft(upload, read_upload(upload), partial=partial)
    with read as draft, transaction.atomic():  # others write while the file is read
        batch = submit_batch(project=upload.project, user=user, key="", draft=draft)
        upload.delete()
    return batch


def needs_of(upload: Upload) -> Needs:
    """What rows of the file ask for that name no needs."""
    return Needs(upload.needs_language, tuple(filter(None, upload.needs_skills.split(","))))


@contextmanager
def _read_draft(upload: Upload, table: Table, *, partial: bool) -> Iterator[BatchDraft]:
    needs = needs_of(upload)
    if table.is_batch:
        media_type = JSON if table.form == "json" else NDJSON
        with read_batch(
            handle=open_upload(upload)(),
            media_type=media_type,
            content_hash=upload.content_hash,
            partial=partial,
            needs=needs,
        ) as draft:
            yield draft
        return
    lines = map_rows(table, check_mapping(leave_known_out(upload.mapping)))
    with read_lines(found=lines, content_hash=upload.content_hash, partial=partial, needs=needs) as draft:
        yield draft
