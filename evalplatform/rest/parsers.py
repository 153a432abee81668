"""Request bodies: strict JSON in UTF-8, of bounded size."""

from collections.abc import Mapping
from typing import IO, Any  # a parsed body is any JSON value

from django.conf import settings
from rest_framework.parsers import BaseParser

from evalplatform.common.errors import Invalid, TooLarge
from evalplatform.common.strict_json import parse_strict


def largest_json() -> int:
    """How many bytes a JSON body may hold."""
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class StrictJSONParser(BaseParser):
    """application/json, refused with a sentence where it is ambiguous, hostile or too large."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = largest_json()
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"A request may hold {limit} bytes at most.")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise Invalid("The body is not UTF-8.") from None
        return parse_strict(text)
