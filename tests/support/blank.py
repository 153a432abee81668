"""A database with all tables and no rows: made by the migrations once, and kept for as long as none of them changes."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from evalplatform.settings.env import REPOSITORY
from tests.support.postgres import Postgres

if TYPE_CHECKING:  # used before Django has its settings
    from django.db.backends.base.base import BaseDatabaseWrapper

ROOMS = ("annotations", "judges", "evalplatform")
BLANK = "blank"


def name_state() -> str:
    """A hash of all that makes tables: our migrations and the versions of what is installed."""
    files = [file for room in ROOMS for file in (REPOSITORY / room).rglob("migrations/*.py")]
    files += [
        REPOSITORY / "requirements" / "dev.txt",
        *(REPOSITORY / "evalplatform" / "settings").glob("*.py"),
    ]
    told = b"".join(str(file).encode() + file.read_bytes() for file in sorted(files))
    return hashlib.sha256(told).hexdigest()[:16]


def copy_blank_sqlite(target: Path, *, kept: Path) -> None:
    """Put the blank SQLite file at `target` where one of this state was kept; else the migrations make it there."""
    source = kept / f"{name_state()}.sqlite3"
    if source.exists():
        shutil.copyfile(source, target)


def keep_blank_sqlite(connection: "BaseDatabaseWrapper", *, kept: Path) -> None:
    """Keep the database, which nobody has written to, for the runs to come."""
    source = kept / f"{name_state()}.sqlite3"
    if not source.exists():
        with tempfile.TemporaryDirectory() as folder, connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [f"{folder}/made"])
            replace_kept(source, Path(folder) / "made")


def make_blank_postgres(server: Postgres, *, kept: Path) -> str:
    """Make a blank database on the server, for CREATE DATABASE ... TEMPLATE; returns its name."""
    source = kept / f"{name_state()}.sql"
    server.run("createdb", BLANK)
    if source.exists():
        server.run("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={source}", BLANK)
    else:
        with tempfile.TemporaryDirectory() as data:
            migrate(EVALPLATFORM_DATA=data, DATABASE_URL=server.url.replace("/postgres?", f"/{BLANK}?"))
            server.run("pg_dump", f"--file={data}/dump", BLANK)
            replace_kept(source, Path(data) / "dump")
    return BLANK


def migrate(**environment: str) -> None:
    """Let the migrations make the tables, in a process of its own: this one has not read its settings yet."""
    settings = {"DJANGO_SETTINGS_MODULE": "evalplatform.settings.embedded", **environment}
    command = [sys.executable, str(REPOSITORY / "manage.py"), "migrate", "--verbosity=0"]
    subprocess.run(command, env={**os.environ, **settings}, check=True, stdout=subprocess.DEVNULL)


def replace_kept(source: Path, made: Path) -> None:
    """Keep what was made, and nothing that an older state left; of two who do it at once one is the last."""
    for older in source.parent.glob(f"*{source.suffix}"):
        older.unlink(missing_ok=True)
    part = source.with_suffix(f".{os.getpid()}")
    shutil.copyfile(made, part)
    part.replace(source)
