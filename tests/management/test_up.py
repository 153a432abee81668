import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.platform import Platform, command_up, run_up
from tests.support.processes import find_processes, wait_until

pytestmark = [
    pytest.mark.reliability,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("up"),  # most of them share one platform
]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """One that began with an empty folder."""
    with run_up(tmp_path_factory.mktemp("data")) as running:
        yield running


def test_the_pages_and_their_stores_are_ready(platform: Platform) -> None:
    assert [platform.status("/healthz"), platform.status("/readyz")] == [200, 200]


def test_a_second_start_on_the_same_data_is_refused_in_words(platform: Platform) -> None:
    command, environment = command_up(platform.data)
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"already runs on {platform.data} (process {platform.process.pid})" in second.stderr


def test_a_taken_port_is_refused_in_words(platform: Platform, tmp_path: Path) -> None:
    port = platform.address.split(":")[1]
    command, environment = command_up(tmp_path, "--port", port)
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"port {port} is taken" in second.stderr
    assert find_processes(str(tmp_path)) == {}


@pytest.mark.parametrize("name", ["store", "worker", "web"])
def test_a_killed_child_is_started_again(platform: Platform, name: str) -> None:
    killed = platform.child(name)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)  # its helpers live on, and must not stand in the way
    assert wait_until(lambda: platform.child(name) not in (None, killed), seconds=20)
    assert wait_until(lambda: is_ready(platform) and has_worker(platform), seconds=20)


def test_the_store_is_private_and_durable(platform: Platform) -> None:
    assert (platform.data / "run").stat().st_mode & 0o777 == 0o700
    assert (platform.data / "run" / "valkey.sock").stat().st_mode & 0o777 == 0o700
    assert (platform.data / "store" / "appendonlydir").is_dir()


def test_ctrl_c_leaves_no_process(tmp_path: Path, blank_database: Path) -> None:
    shutil.copy(blank_database, tmp_path / "evalplatform.sqlite3")
    with run_up(tmp_path) as platform:
        assert wait_until(lambda: len(find_processes(str(tmp_path))) >= 6, seconds=10)
        platform.process.send_signal(signal.SIGINT)
        assert platform.process.wait(timeout=45) == 0
        assert find_processes(str(tmp_path)) == {}


def test_a_killed_supervisor_leaves_no_process_and_its_data_can_be_used_again(
    tmp_path: Path, blank_database: Path
) -> None:
    shutil.copy(blank_database, tmp_path / "evalplatform.sqlite3")
    with run_up(tmp_path) as platform:
        platform.process.kill()
        platform.process.wait()
        assert wait_until(lambda: find_processes(str(tmp_path)) == {}, seconds=5)
    with run_up(tmp_path) as successor:
        assert successor.status("/readyz") == 200


def is_ready(platform: Platform) -> bool:
    try:
        return platform.status("/readyz") == 200
    except OSError:
        return False


def has_worker(platform: Platform) -> bool:
    log = (platform.data / "logs" / "worker.log").read_text()
    return " ready." in log.rpartition("worker starts")[2]
