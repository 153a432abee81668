"""From the command to the first page, on an empty data folder and again."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.line import print_figure

REPOSITORY = Path(__file__).resolve().parents[1]


def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        for name, target in (("first start", 60.0), ("second start", 10.0)):
            print_figure(
                area="start",
                name=f"{name} of manage.py up until a page answers",
                value=_start(data),
                unit="s",
                target=target,
            )


def _start(data: str) -> float:
    environment = {**os.environ, "EVALPLATFORM_DATA": data, "PYTHONUNBUFFERED": "1"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stdout or ():
            if line.startswith("Running at"):
                return time.perf_counter() - begin
    finally:
        process.terminate()
        process.wait()
    raise RuntimeError("the platform did not start")


if __name__ == "__main__":
    main()
