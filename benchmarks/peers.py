"""Other judge runners on the same questions: each in an environment of its own, since their requirements clash."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
HOME = REPOSITORY / "var" / "peers"
PINNED = {"inspect_ai": ("inspect_ai==0.3.285", "openai==3.57.0")}
PATIENCE = 300.0


@dataclass(frozen=True)
class Told:
    """What is known of a peer's process: the moment of each call in seconds, CPU seconds, MiB, and its judgements.

    `done` left out, each call was one.
    """

    marks: list[float]
    cpu: float
    memory: float
    lost: int = 0
    done: int | None = None

    @property
    def judged(self) -> int:
        return len(self.marks) if self.done is None else self.done

    @property
    def rate(self) -> float:
        """Calls a second between the first third and nine tenths of them."""
        first, last = len(self.marks) // 3, len(self.marks) * 9 // 10
        return (last - first) / (self.marks[last] - self.marks[first])


def prepare_peer(name: str) -> Path | None:
    """The interpreter that has the peer, installed at first use; None where it cannot be had."""
    folder = HOME / name
    interpreter = folder / "bin" / "python"
    if interpreter.exists() and _succeeds(str(interpreter), "-c", f"import {name}"):
        return interpreter
    is_made = _succeeds(sys.executable, "-m", "venv", str(folder))
    if is_made and _succeeds(str(interpreter), "-m", "pip", "install", "-q", *PINNED[name]):
        return interpreter
    return None


def run_peer(name: str, interpreter: Path, *, url: str, calls: int, tasks: int) -> Told:
    """Let it judge `tasks` answers with at most `calls` in flight."""
    script = REPOSITORY / "benchmarks" / f"peer_{name}.py"
    command = [str(interpreter), str(script), url, str(calls), str(tasks)]
    said = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, check=True, env=_clean_environment()
    )
    return Told(**json.loads(said.stdout.splitlines()[-1]))


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
