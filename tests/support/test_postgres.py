import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import Postgres
from tests.support.processes import find_processes, wait_until

HOLDER = """
import sys, time
from tests.support.postgres import Postgres
server = Postgres()
server.start()
print(server.folder, flush=True)
time.sleep(60)
"""


def test_it_starts_answers_and_leaves_nothing() -> None:
    server = Postgres()
    server.start()
    with psycopg.connect(host=str(server.folder), user="postgres", dbname="postgres") as connection:
        row = connection.execute("show server_version").fetchone()
    server.stop()
    assert row is not None
    assert int(row[0].split(".")[0]) >= 16
    assert not server.folder.exists()
    assert find_processes(str(server.folder)) == {}


@pytest.mark.reliability
def test_a_killed_test_run_leaves_no_server_and_its_folder_goes_with_the_next() -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        folder = holder.stdout.readline().strip()
        holder.kill()
    assert wait_until(lambda: find_processes(folder) == {}, seconds=5)
    successor = Postgres()
    successor.stop()
    assert not Path(folder).exists()
