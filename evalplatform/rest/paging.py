"""Cursor paging for every list."""

import re
from typing import TYPE_CHECKING, Any  # an OpenAPI description is JSON

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from evalplatform.rest.fields import LARGEST_PAGE

if TYPE_CHECKING:  # views name their pages before they exist
    from rest_framework.views import APIView

ROW_ID = re.compile(r"\d{1,18}")


class NewestFirst(CursorPagination):
    page_size = 100
    page_size_query_param = "limit"
    max_page_size = LARGEST_PAGE
    ordering = "-id"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor, if it is one that we could have given out."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not ROW_ID.fullmatch(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        """None of its own: lists declare them (`PageQuery`)."""
        return []
