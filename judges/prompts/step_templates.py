"""The words of steps beyond the first, copied into a judge's version when it is made."""

from collections.abc import Iterable

from judges.prompts.library import FOLDER

STEPS = FOLDER / "steps"


def read_step_templates(steps: Iterable[str]) -> dict[str, dict[str, str]]:
    """System and user template of each of these steps, by step."""
    parts = ("system", "user")
    return {
        str(step): {part: (STEPS / f"{step}.{part}.j2").read_text(encoding="utf-8") for part in parts}
        for step in steps
    }
