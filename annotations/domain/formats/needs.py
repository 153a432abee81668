"""What an item asks of whoever is dealt its tasks, as lines and parameters state it."""

import re
from dataclasses import dataclass
from typing import Any, Final  # a field is any JSON value

from annotations.domain.formats.fields import Line, describe
from evalplatform.common.errors import Invalid
from evalplatform.common.language_tags import normalise_tag

LANGUAGE, SKILLS = "needs_language", "needs_skills"
MOST_SKILLS: Final = 8
LONGEST_SKILL: Final = 60


@dataclass(frozen=True, slots=True)
class Needs:
    """A language that is to be read (a BCP 47 tag; empty: any) and skills by name, sorted."""

    language: str = ""
    skills: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.language or self.skills)


NOTHING: Final = Needs()


def read_needs(line: Line) -> Needs:
    """The fields `needs_language` and `needs_skills`. Raises Invalid with the field that is wrong.

    Skills are a list, or a text in which commas or semicolons part them.
    """
    return Needs(_read_language(line.get(LANGUAGE)), _read_skills(line.get(SKILLS)))


def _read_language(value: Any) -> str:
    if value is None or value == "":
        return ""
    try:
        return normalise_tag(value.strip())
    except (AttributeError, ValueError):
        raise Invalid.at(
            f"a language tag such as ru or pt-BR is wanted, not {describe(value)}", field=LANGUAGE
        ) from None


def _read_skills(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    parts = re.split("[,;]", value) if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise Invalid.at(f"names of skills are wanted, not {describe(value)}", field=SKILLS)
    names = {read_skill(part, field=SKILLS) for part in parts if part != ""}
    if len(names) > MOST_SKILLS:
        raise Invalid.at(f"{MOST_SKILLS} skills are asked at most", field=SKILLS)
    return tuple(sorted(names))


def read_skill(value: Any, *, field: str) -> str:
    """The name of a skill: 1 to 60 characters, no comma or semicolon among them. Raises Invalid."""
    name = " ".join(value.split()) if isinstance(value, str) else ""
    if not name or len(name) > LONGEST_SKILL or not name.isprintable() or re.search("[,;]", name):
        raise Invalid.at(
            f"the name of a skill has 1 to {LONGEST_SKILL} characters, and no comma: not {describe(value)}",
            field=field,
        )
    return name
