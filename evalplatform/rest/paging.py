"""Cursor paging for every list."""

import re

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

ROW_ID = re.compile(r"\d{1,18}")


class NewestFirst(CursorPagination):
    page_size = 100
    ordering = "-id"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor, if it is one that we could have given out."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not ROW_ID.fullmatch(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor
