"""The words of steps beyond the first, copied into a judge's version when it is made."""

from collections.abc import Iterable

from judges.prompts.library import FOLDER

STEPS = FOLDER / "steps"


def read_step_templates(steps: Iterable[str], *, protocol: str = "") -> dict[str, dict[str, str]]:
    """System and user template of each of these steps, by step; a protocol may have its own."""
    parts = ("system", "user")
    return {str(step): {part: _read(f"{step}.{part}", protocol) for part in parts} for step in steps}


def _read(name: str, protocol: str) -> str:
    files = (STEPS / f"{each}.j2" for each in (f"{name}.{protocol}", name))
    return next(file for file in files if file.is_file()).read_text(encoding="utf-8")
