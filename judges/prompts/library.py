"""Prompts that come with the platform: a folder each, with what it is for and the criteria it is made for."""

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # criteria are JSON

from evalplatform.common.errors import Invalid

FOLDER = Path(__file__).parent
LIBRARY, PARTS = FOLDER / "library", FOLDER / "parts"
LANGUAGES = ("en", "ru")
PART = re.compile(r'^[ \t]*\{%-?\s*include\s+["\']([a-z]+)["\']\s*-?%\}[ \t]*$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LibraryPrompt:
    """A prompt of the library.

    `criteria` are what a rubric needs to be judged by it, as a project's description states them; `needs` names
    what its items must have.
    """

    name: str
    version: int
    protocol: str
    languages: tuple[str, ...]
    purpose: Mapping[str, str]
    needs: tuple[str, ...] = ()
    criteria: tuple[dict[str, Any], ...] = ()

    def name_key(self, language: str) -> str:
        """What its versions in a project go by: English ones by the name alone."""
        return self.name if language == "en" else f"{self.name}-{language}"

    def read_templates(self, language: str) -> tuple[str, str]:
        """System and user template in full. Raises Invalid for a language that it does not have."""
        if language not in self.languages:
            raise Invalid.at(f"must be one of {', '.join(self.languages)}", field="language")
        own = LIBRARY / self.name / f"system.{language}.j2"
        system = own.read_text("utf-8") if own.is_file() else _read_default(self.protocol, "system", language)
        user = _read_default(self.protocol, "user", language)
        return include_parts(system, language), include_parts(user, language)

    def describe_rubric(self) -> dict[str, Any]:
        """The rubric that it is made for, as a project's description takes it."""
        return {"key": self.name, "task_kind": self.protocol, "criteria": list(self.criteria)}


@functools.cache
def list_library() -> tuple[LibraryPrompt, ...]:
    """Every prompt that comes with the platform, by name."""
    return tuple(_read_prompt(folder) for folder in sorted(LIBRARY.iterdir()) if folder.is_dir())


def find_library_prompt(name: str) -> LibraryPrompt:
    """The prompt of this name. Raises Invalid with the names there are."""
    found = {prompt.name: prompt for prompt in list_library()}
    if name not in found:
        raise Invalid.at(f"must be one of {', '.join(found)}", field="prompt")
    return found[name]


def read_default_templates(protocol: str, *, provider: str = "", language: str = "en") -> tuple[str, str]:
    """The system and user template that come with the platform: a provider with a folder here has its own."""
    own = FOLDER / provider
    if provider and own.is_dir():
        files = (own / f"{protocol}.{part}.j2" for part in ("system", "user"))
        return next(files).read_text("utf-8"), next(files).read_text("utf-8")
    system, user = (_read_default(protocol, part, language) for part in ("system", "user"))
    return include_parts(system, language), include_parts(user, language)


def include_parts(template: str, language: str = "en") -> str:
    """The template with each line that includes a part of ours replaced by that part.

    So a stored version holds every word that a model will read. Raises Invalid for a part that there is not.
    """
    return PART.sub(lambda match: _read_part(match[1], language), template)


def _read_default(protocol: str, part: str, language: str) -> str:
    tag = "" if language == "en" else f".{language}"
    return (FOLDER / f"{protocol}.{part}{tag}.j2").read_text("utf-8")


@functools.cache
def _read_part(name: str, language: str) -> str:
    file = PARTS / f"{name}.{language if language in LANGUAGES else 'en'}.j2"
    if not file.is_file():
        known = sorted({part.name.partition(".")[0] for part in PARTS.iterdir()})
        raise Invalid.at(f"there is no part {name}; there are {', '.join(known)}", field="template")
    return file.read_text("utf-8").removesuffix("\n")


def _read_prompt(folder: Path) -> LibraryPrompt:
    stated = tomllib.loads((folder / "prompt.toml").read_text("utf-8"))
    return LibraryPrompt(
        name=folder.name,
        version=stated["version"],
        protocol=stated["protocol"],
        languages=tuple(stated["languages"]),
        purpose=stated["purpose"],
        needs=tuple(stated.get("needs", ())),
        criteria=tuple(stated.get("criteria", ())),
    )
