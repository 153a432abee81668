"""Projects to begin with: one JSON file each, its rubric as `POST projects/` takes it, words in English and Russian.

A template of several rubrics names those whose rubrics it takes, in order.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any  # a rubric is JSON

FOLDER = Path(__file__).parent
Texts = Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class ProjectTemplate:
    """What a new project opens with; `rubrics` and all else can be changed before it is made."""

    name: str
    labels: Texts
    purpose: Texts
    overlap: int
    content_warning: Texts
    rubrics: tuple[Mapping[str, Any], ...]


@cache
def list_project_templates() -> tuple[ProjectTemplate, ...]:
    """All templates, by name."""
    return tuple(_read(file) for file in sorted(FOLDER.glob("*.json")))


def find_project_template(name: str) -> ProjectTemplate | None:
    """The template of this name; None where there is none."""
    return next((template for template in list_project_templates() if template.name == name), None)


def _read(file: Path) -> ProjectTemplate:
    stated = _load(file)
    others = [_load(FOLDER / f"{name}.json") for name in stated.get("rubrics_of", ())]
    return ProjectTemplate(
        name=stated["name"],
        labels=stated["labels"],
        purpose=stated["purpose"],
        overlap=stated["overlap"],
        content_warning=stated.get("content_warning", {}),
        rubrics=tuple(each["rubric"] for each in others or [stated]),
    )


def _load(file: Path) -> dict[str, Any]:
    stated: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return stated
