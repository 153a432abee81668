"""Cursor paging for every list."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    page_size = 100
    ordering = "-id"
