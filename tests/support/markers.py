"""Markers that follow from where a test stands and what it needs, so that nobody has to think of them."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
# Statistics and metrics know no database (a contract of lint): PostgreSQL has nothing to say there.
PURE = ("agreement", "metrics", "benchmarks")
# A page is what Python makes of rows; its queries stand in rooms whose tests run on both.
PAGES = "views"
# A test of processes waits more than it works. One of each line at a time leaves the cores to the others.
LINES = 2


def follow_database(item: pytest.Item) -> None:
    """`database` and `django_db` bring each other, so that no test of the database misses PostgreSQL.

    Raises pytest.UsageError for a test of the database in a folder that PostgreSQL never sees.
    """
    database = item.get_closest_marker("database")
    if database is not None and item.get_closest_marker("django_db") is None:
        item.add_marker(pytest.mark.django_db(**database.kwargs))
    elif database is None and item.get_closest_marker("django_db") is not None:
        item.add_marker("database")
    if item.get_closest_marker("database") is not None and item.path.relative_to(TESTS).parts[0] in PURE:
        raise pytest.UsageError(f"{item.nodeid} needs the database, and PostgreSQL never sees its folder")


def spare_pages(item: pytest.Item) -> None:
    """Tests of pages run on one database; those that commit, and so may meet others, run on both."""
    database = item.get_closest_marker("django_db")
    if database is None or database.kwargs.get("transaction"):
        return
    if PAGES in item.path.relative_to(TESTS).parts:
        item.add_marker("one_database")


def line_up_processes(items: list[pytest.Item]) -> None:
    """Tests that start processes stand in lines, file by file; each line is one worker's."""
    waiting = [item for item in items if item.get_closest_marker("reliability") is not None]
    files = sorted({item.path for item in waiting})
    for item in waiting:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(f"line-{files.index(item.path) % LINES}"))
