"""promptfoo's llm-rubric on given answers, by its command line: every answer is echoed and graded by the provider.

The provider runs in this process and notes when each question came; calls beyond one a judgement were made twice.
"""

import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.peers import HOME, PATIENCE, Told

NAME = "promptfoo"
PINNED = "promptfoo@0.121.20"
INSTALLING = 900.0  # seconds that an installation may take
QUIET = {
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_SHARING": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
}
GRADE = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "pass": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
    },
    "required": ["reason", "pass", "score"],
    "additionalProperties": False,
}


def prepare_promptfoo() -> Path | None:
    """Its command, installed by npm at first use; None where there is no npm, or the package cannot be had."""
    npm, folder = shutil.which("npm"), HOME / NAME
    command = folder / "node_modules" / ".bin" / NAME
    if command.exists() or npm is None:
        return command if command.exists() else None
    folder.mkdir(parents=True, exist_ok=True)
    try:
        installing = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", PINNED]
        subprocess.run(installing, cwd=folder, capture_output=True, check=True, timeout=INSTALLING)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return command if command.exists() else None


def run_promptfoo(command: Path, *, latency: float, calls: int, tasks: int) -> Told:
    """Let it grade `tasks` answers with at most `calls` in flight, at a provider of this latency (s)."""
    from tests.fakes.provider import FakeProvider

    marks: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeProvider(
            latency=latency, keep=False, on_request=lambda _: marks.append(time.perf_counter())
        ) as fake,
    ):
        plan, told = Path(folder, "plan.json"), Path(folder, "told.json")
        plan.write_text(json.dumps(_write_plan(fake.url, tasks)))
        arguments = ("--no-cache", "--no-table", "--no-progress-bar", "--no-write")
        process = subprocess.Popen(
            [str(command), "eval", "-c", str(plan), "-o", str(told), "-j", str(calls), *arguments],
            cwd=folder,
            env=os.environ | QUIET | {"PROMPTFOO_CONFIG_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        used = _wait(process)
        graded = (
            json.loads(told.read_text())["results"]["stats"]
            if told.exists()
            else {"successes": 0, "failures": 0}
        )
    done = int(graded["successes"]) + int(graded["failures"])
    return Told(marks, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, lost=tasks - done, done=done)


def _wait(process: "subprocess.Popen[bytes]") -> "resource.struct_rusage":
    """What the process used; one that takes too long is killed."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found, status, used = os.wait4(process.pid, os.WNOHANG)
        if found:
            process.returncode = os.waitstatus_to_exitcode(status)
            return used
        if time.monotonic() > deadline:
            process.kill()
        time.sleep(0.1)


def _write_plan(url: str, tasks: int) -> dict[str, object]:
    shape = {"type": "json_schema", "json_schema": {"name": "grade", "strict": True, "schema": GRADE}}
    grader = {
        "id": "openai:chat:fake",
        "config": {"apiBaseUrl": url, "apiKey": "none", "response_format": shape},
    }
    rubric = [{"type": "llm-rubric", "value": "The answer is clear."}]
    return {
        "providers": ["echo"],
        "prompts": ["{{answer}}"],
        "defaultTest": {"options": {"provider": grader}},
        "tests": [
            {"vars": {"answer": f"{number} {'?' * 2000}"}, "assert": rubric} for number in range(tasks)
        ],
    }
