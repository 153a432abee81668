import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from tests.support.blank import copy_blank_sqlite, keep_blank_sqlite

SCHEMA = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"


@pytest.mark.database(transaction=True)
@pytest.mark.one_database
def test_what_is_kept_has_all_that_the_migrations_made(tmp_path: Path) -> None:
    (tmp_path / "older.sqlite3").touch()
    keep_blank_sqlite(connection, kept=tmp_path)
    copy_blank_sqlite(tmp_path / "copy", kept=tmp_path)
    with connection.cursor() as cursor:
        made = cursor.execute(SCHEMA).fetchall()
    copied = sqlite3.connect(tmp_path / "copy")
    assert copied.execute(SCHEMA).fetchall() == made
    copied.close()
    assert len(list(tmp_path.glob("*.sqlite3"))) == 1


def test_nothing_is_copied_where_nothing_was_kept(tmp_path: Path) -> None:
    copy_blank_sqlite(tmp_path / "copy", kept=tmp_path)
    assert not (tmp_path / "copy").exists()
