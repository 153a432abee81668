"""What runs on this machine, as the system tells it."""

import re
import subprocess
import time
from collections.abc import Callable


def find_processes(words: str) -> dict[int, str]:
    """Living processes with these words in their command line or environment, by number."""
    listing = subprocess.run(
        ["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True
    )
    lines = (re.fullmatch(r"\s*(\d+)\s(.*)", line) for line in listing.stdout.splitlines() if words in line)
    return {int(match[1]): match[2][:100] for match in lines if match}


def find_children(process: int) -> list[int]:
    """Numbers of the processes that it started and that live."""
    listing = subprocess.run(["ps", "ax", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = (line.split() for line in listing.stdout.splitlines())
    return [int(child) for child, parent in pairs if int(parent) == process]


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
