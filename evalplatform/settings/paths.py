"""Where the embedded default keeps its things; the settings, the supervisor and the tests ask here."""

import hashlib
import os
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # the system allows 104 to 108 characters, and Valkey appends to it while binding
SHORT_FOLDER = Path("/tmp")  # noqa: S108 - not TMPDIR: every process must find the same; the folder inside is 0700


def store_socket(data_dir: Path) -> Path:
    """The unix socket of the embedded store: the same answer in every process for one data folder.

    It lies in ``DATA/run``; below a deep data folder, where a socket path would be too long, in a
    folder of this user's own under /tmp, named after the data folder.
    """
    home = data_dir.resolve()
    socket = home / "run" / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return SHORT_FOLDER / f"evalplatform-{os.getuid()}-{digest}" / "valkey.sock"
