"""Which code worked a report out: the release, and a hash of the sources that a figure depends on."""

import hashlib
import tomllib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("evalplatform/agreement", "evalplatform/reports", "annotations/queries")


@lru_cache(maxsize=1)
def code_version() -> str:
    """Release and hash, such as `0.1.0+1f3a5c7e9b2d`."""
    digest = hashlib.sha256()
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return f"{_release()}+{digest.hexdigest()[:12]}"


def _release() -> str:
    try:
        return version("evalplatform")
    except PackageNotFoundError:  # a checkout is run in place
        with (ROOT / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
