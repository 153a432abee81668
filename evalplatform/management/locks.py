"""Lock files that the system lets go of when their last holder dies, so that none is ever stale."""

import fcntl
import os
import time
from pathlib import Path


class LockFile:
    """A file that names its holder's process; held through an open descriptor, which children may inherit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, *, seconds: float = 0) -> bool:
        """Take the lock, trying for so long; False when another process holds it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return False
                time.sleep(0.05)
            else:
                os.ftruncate(descriptor, 0)  # whoever was named is gone
                self._descriptor = descriptor
                return True

    @property
    def descriptor(self) -> int:
        if self._descriptor is None:
            raise RuntimeError(f"{self.path} is not locked by this process")
        return self._descriptor

    def name_holder(self, process: int) -> None:
        os.pwrite(self.descriptor, f"{process}\n".encode(), 0)

    def holder(self) -> int | None:
        """The process last named in the file."""
        text = self.path.read_text().strip() if self.path.exists() else ""
        return int(text) if text.isdigit() else None

    def release(self) -> None:
        """Close this process's end; children that inherited the descriptor keep the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
