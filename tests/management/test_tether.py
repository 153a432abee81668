import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evalplatform.management import tether
from tests.support.processes import find_processes, wait_until

WATCH = """
import os
from evalplatform.management.tether import watch
raise SystemExit(watch(os.getppid(), {command!r}))
"""
RUN = """
import os, runpy, sys
sys.argv = ["tether", str(os.getppid()), *{command!r}]
runpy.run_path({script!r}, run_name="__main__")
"""
# Starts a tethered sleeper as its child, says so, and waits to be killed.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen({tethered!r}, start_new_session=True)
print("started", flush=True)
time.sleep(60)
"""


def sleeper(mark: Path) -> list[str]:
    return [sys.executable, "-c", f"import time; time.sleep(60)  # {mark}"]


def by_system(command: list[str]) -> str:
    return RUN.format(command=command, script=tether.__file__)


def by_watching(command: list[str]) -> str:
    return WATCH.format(command=command)


@pytest.mark.reliability
@pytest.mark.parametrize("tether_code", [by_system, by_watching])
def test_the_command_ends_when_its_parent_is_killed(
    tether_code: Callable[[list[str]], str], tmp_path: Path
) -> None:
    tethered = [sys.executable, "-c", tether_code(sleeper(tmp_path))]
    command = [sys.executable, "-c", PARENT.format(tethered=tethered)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        assert wait_until(
            lambda: any("sleep(60)  #" in line for line in find_processes(str(tmp_path)).values()), seconds=5
        )
        parent.kill()
    assert wait_until(lambda: find_processes(str(tmp_path)) == {}, seconds=5)


def test_a_watched_command_answers_with_its_own_exit_code() -> None:
    code = by_watching([sys.executable, "-c", "raise SystemExit(7)"])
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7
