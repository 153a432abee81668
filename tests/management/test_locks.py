import subprocess
import sys
from pathlib import Path

import pytest

from evalplatform.management.locks import LockFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.lock"


def test_one_holder_at_a_time(path: Path) -> None:
    first, second = LockFile(path), LockFile(path)
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_the_holder_is_named_until_the_next_one(path: Path) -> None:
    lock = LockFile(path)
    assert lock.holder() is None
    lock.acquire()
    lock.name_holder(4711)
    lock.release()
    assert lock.holder() == 4711
    lock.acquire()
    assert lock.holder() is None
    lock.release()


def test_a_child_keeps_what_it_inherited_and_gives_it_back_when_killed(path: Path) -> None:
    lock = LockFile(path)
    lock.acquire()
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, pass_fds=[lock.descriptor]) as child:
        lock.release()
        assert not LockFile(path).acquire()
        child.kill()
    assert lock.acquire(seconds=2)
    lock.release()
