"""Large request bodies: streamed to a spooled file, inflated under a guard, hashed on the way."""

import hashlib
import tempfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.http import HttpRequest, UnreadablePostError
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from evalplatform.common.errors import Invalid, TooLarge

CHUNK = 64 * 1024
IN_MEMORY = 2_500_000  # bytes; what is larger goes to a temporary file
LARGEST_RATIO = 200  # text deflates 3 to 30 times
RATIO_COUNTS_FROM = 5_000_000  # inflated bytes: below it a repetitive body harms nobody
GZIP = 31  # zlib's name for the format


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it was meant: inflated, at its start, with the hash of its bytes."""

    file: IO[bytes]
    media_type: str
    size: int
    digest: str


@contextmanager
def spool_body(request: Request, *, limits: dict[str, int]) -> Iterator[Body]:
    """The body of a request of one of these media types, each with the bytes it may inflate to.

    Raises UnsupportedMediaType for others, TooLarge as soon as the limit is passed, Invalid where gzip is cut.
    """
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type not in limits:
        raise UnsupportedMediaType(media_type or "none", detail=_name_accepted(media_type, limits))
    pieces = _read_pieces(request._request, limits[media_type])
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "gzip":
        pieces = inflate(pieces, limit=limits[media_type])
    elif encoding not in ("identity", ""):
        raise UnsupportedMediaType(encoding, detail="A body comes as it is, or with Content-Encoding: gzip.")
    digest, size = hashlib.sha256(), 0
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        for piece in pieces:
            size += len(piece)
            digest.update(piece)
            file.write(piece)
        file.seek(0)
        yield Body(file, media_type, size, digest.hexdigest())


def _name_accepted(media_type: str, accepted: Collection[str]) -> str:
    return f"{media_type or 'A body without a type'} is not taken here: send {', '.join(accepted)}."


def _read_pieces(request: HttpRequest, limit: int) -> Iterator[bytes]:
    source = _open_source(request)
    size = 0
    try:
        while piece := source.read(CHUNK):
            size += len(piece)
            _refuse_beyond(limit, size)
            yield piece
    except (UnreadablePostError, OSError):
        raise Invalid("The body broke off.") from None


def _open_source(request: HttpRequest) -> IO[bytes]:
    """The body's stream. One of unknown length ("chunked") is not bounded by Django: the server ends it."""
    is_chunked = "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    if is_chunked and not request.META.get("CONTENT_LENGTH"):
        stream: IO[bytes] = request.META["wsgi.input"]
        return stream
    return request  # type: ignore[return-value]  # a request reads like a file


def inflate(pieces: Iterator[bytes], *, limit: int) -> Iterator[bytes]:
    """Gunzip piece by piece; never more than a chunk beyond the limit stands in memory."""
    inflater, received, inflated = zlib.decompressobj(GZIP), 0, 0
    for piece in pieces:
        received += len(piece)
        left, is_full = piece, False
        while left or is_full:  # what is inflated beyond a chunk waits inside
            if inflater.eof:  # a gzip file may have several members
                inflater = zlib.decompressobj(GZIP)
            try:
                text = inflater.decompress(left, CHUNK)
            except zlib.error as error:
                raise Invalid(f"The body is no gzip: {error}") from None
            inflated += len(text)
            _refuse_beyond(limit, inflated)
            if inflated > max(RATIO_COUNTS_FROM, LARGEST_RATIO * received):
                raise TooLarge(f"The body inflates to more than {LARGEST_RATIO} times its size.")
            yield text
            is_full = len(text) == CHUNK and not inflater.eof
            left = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        raise Invalid("The body is no gzip, or it is cut.")


def _refuse_beyond(limit: int, size: int) -> None:
    if size > limit:
        raise TooLarge(f"A body of this kind may hold {limit} bytes at most.")
