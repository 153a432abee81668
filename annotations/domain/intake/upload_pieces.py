"""The bytes of an uploaded file in the ledger: many small rows, so that neither we nor a driver hold the whole."""

from django.utils.translation import gettext_lazy

from annotations.domain.formats.pieces import PIECE, OpenFile, open_pieces
from annotations.models import Upload, UploadPiece
from evalplatform.common.bulk_rows import insert_rows
from evalplatform.common.errors import Missing

GONE = gettext_lazy("The file is gone: it was stored, or thrown away.")
COLUMNS = ("upload", "number", "content")


def store_pieces(upload: Upload, open_file: OpenFile) -> None:
    """Store the file's bytes as those of the upload; runs inside the caller's transaction."""
    with open_file() as handle:
        while piece := handle.read(PIECE):
            # Not as a value within a statement: the driver for PostgreSQL remembers the last hundred statements.
            row = {"upload": upload.pk, "number": upload.piece_count, "content": piece}
            insert_rows(UploadPiece, COLUMNS, [row])
            upload.piece_count += 1
    upload.save(update_fields=["piece_count"])


def open_upload(upload: Upload) -> OpenFile:
    """How to read the upload's bytes. Reading raises Missing where the upload has gone meanwhile."""

    def read(number: int) -> bytes:
        if not upload.piece_count:  # kept before files lay in pieces
            return bytes(memoryview(upload.content)[number * PIECE : (number + 1) * PIECE])
        return _read_piece(upload, number)

    return lambda: open_pieces(read)


def _read_piece(upload: Upload, number: int) -> bytes:
    if number >= upload.piece_count:
        return b""
    found = UploadPiece.objects.filter(upload=upload, number=number).values_list("content", flat=True)
    if (content := found.first()) is None:  # half a file would be taken for a whole one
        raise Missing(str(GONE))
    return bytes(content)
