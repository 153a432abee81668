import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evalplatform.management.child import Child, Service
from tests.support.processes import find_processes, wait_until

MakeChild = Callable[[str], Child]


@pytest.fixture
def make_child(tmp_path: Path) -> MakeChild:
    def make(code: str) -> Child:
        environment = {**os.environ, "MARK": str(tmp_path), "PYTHONUNBUFFERED": "1"}
        return Child(Service("one", [sys.executable, "-c", code], environment), run=tmp_path, logs=tmp_path)

    return make


STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
# A process that starts another one, as workers do.
WITH_HELPER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("two")
time.sleep(60)
"""


def wait_for_output(child: Child, words: str) -> None:
    assert wait_until(lambda: words in child.last_lines(), seconds=10)


def test_a_child_that_ends_when_asked_is_not_killed(make_child: MakeChild, tmp_path: Path) -> None:
    child = make_child("import time; print('up'); time.sleep(60)")
    child.start()
    wait_for_output(child, "up")
    assert child.stop(seconds=5)
    assert find_processes(str(tmp_path)) == {}


def test_a_deaf_child_is_killed(make_child: MakeChild, tmp_path: Path) -> None:
    child = make_child(STUBBORN)
    child.start()
    wait_for_output(child, "deaf")
    assert not child.stop(seconds=0.2)
    assert find_processes(str(tmp_path)) == {}


def test_helpers_of_a_dead_child_are_cleared_away(make_child: MakeChild, tmp_path: Path) -> None:
    child = make_child(WITH_HELPER)
    child.start()
    wait_for_output(child, "two")
    assert child.process is not None
    os.kill(child.process, signal.SIGKILL)
    assert wait_until(lambda: child.exit_code == -signal.SIGKILL, seconds=5)
    assert len(find_processes(str(tmp_path))) == 1
    child.clear_away()
    assert wait_until(lambda: find_processes(str(tmp_path)) == {}, seconds=2)


def test_the_pause_before_a_restart_doubles(make_child: MakeChild) -> None:
    child = make_child("raise SystemExit(3)")
    pauses = []
    for _ in range(3):
        child.start()
        assert wait_until(lambda: child.exit_code == 3, seconds=5)
        child.clear_away()
        pauses.append(child.pause)
        assert not child.is_due
    assert pauses == [1.0, 2.0, 4.0]


def test_a_leftover_of_a_killed_predecessor_is_ended_before_the_next_start(
    make_child: MakeChild, tmp_path: Path
) -> None:
    predecessor = make_child(STUBBORN)
    predecessor.start()
    wait_for_output(predecessor, "deaf")
    left = predecessor.process
    successor = make_child("import time; print('next'); time.sleep(60)")
    successor.remove_leftover(seconds=0.2)
    successor.start()
    wait_for_output(successor, "next")
    assert left not in find_processes(str(tmp_path))
    assert wait_until(lambda: predecessor.exit_code == -signal.SIGKILL, seconds=2)
    successor.stop(seconds=5)


def test_the_end_of_the_log_leaves_out_advice_on_memory(make_child: MakeChild) -> None:
    child = make_child("print('WARNING Memory overcommit must be enabled!'); print('ready')")
    child.start()
    wait_for_output(child, "ready")
    assert child.last_lines(1) == "ready\n"
    assert "overcommit" not in child.last_lines()
    child.stop(seconds=5)
