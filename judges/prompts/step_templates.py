"""The words of steps beyond the first, copied into a judge's version when it is made."""

from collections.abc import Iterable

from judges.prompts.library import FOLDER, LANGUAGES

STEPS = FOLDER / "steps"


def read_step_templates(
    steps: Iterable[str], *, protocol: str = "", language: str = ""
) -> dict[str, dict[str, str]]:
    """System and user template of each of these steps, by step; a protocol may have its own.

    In `language`, that of the judge's prompt, where they are there in it, else in English.
    """
    primary = language.partition("-")[0].lower()
    tag = f".{primary}" if primary in LANGUAGES and primary != "en" else ""
    parts = ("system", "user")
    return {str(step): {part: _read(f"{step}.{part}", protocol, tag) for part in parts} for step in steps}


def _read(name: str, protocol: str, tag: str) -> str:
    own = STEPS / f"{name}.{protocol}{tag}.j2"
    return (own if own.is_file() else STEPS / f"{name}{tag}.j2").read_text(encoding="utf-8")
