"""Runs a command that must not outlive the process that started it: `python tether.py PARENT COMMAND ...`.

A script of its own, because the request to die with the parent has to be made inside the child.
On Linux the system is asked for it and this process becomes the command; elsewhere this process
stays beside the command and watches for the parent.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from types import FrameType

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 10
ON_LINUX = os.uname().sysname == "Linux"


def main() -> int:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if ON_LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            return 1
        os.execvp(command[0], command)  # noqa: S606 - the command is the supervisor's own
    return watch(parent, command)


def watch(parent: int, command: list[str]) -> int:
    """Pass on SIGTERM, end the command when the parent is gone, answer as the command did."""
    child = subprocess.Popen(command)

    def pass_on(number: int, frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGTERM, pass_on)
    while child.poll() is None and os.getppid() == parent:
        time.sleep(0.2)
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(0, signal.SIGKILL)
    return child.returncode


if __name__ == "__main__":
    sys.exit(main())
