"""A criterion as a manifest states it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final  # manifests are JSON

from annotations.domain.asking.reasons import BOUNDS
from annotations.domain.formats.fields import (
    LONGEST_NAME,
    Line,
    describe,
    is_number,
    need_name,
    read_flag,
    read_mapping,
    read_text,
)
from annotations.domain.formats.words import PREFERENCES, TASK_KINDS
from annotations.models import Level, TaskKind
from evalplatform.common.errors import Invalid

Texts = dict[str, str]  # by language
SCORE_LEVELS: Final = (Level.NOMINAL, Level.ORDINAL, Level.INTERVAL, Level.RATIO, Level.UNSTATED)
LABEL_LEVELS: Final = (*SCORE_LEVELS, Level.TEXT)
MOST_STEPS: Final = 20  # a scale of more steps is a slider, not a row of buttons
MOST_CHOICES: Final = 200
LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*\Z")
CHOICES: Final = ("severities", "categories")  # of marked passages
FLAGS: Final = ("not_applicable", "abstain", "strength", "show_reference")
KEPT: Final = (*CHOICES, *FLAGS, "reason", "score", "level")  # stay in the criterion's options as they are


@dataclass(frozen=True, slots=True, eq=False)
class CriterionSpec:
    """One criterion of a manifest, checked."""

    name: str
    task: str
    level: Level
    values: tuple[str | int | float, ...]
    minimum: float | None
    maximum: float | None
    fractions: bool
    required: bool
    labels: Texts
    question: Texts
    help_text: Texts
    anchors: Mapping[str, Texts]
    options: dict[str, Any]
    rubric: str = ""  # of which it is part, where that is stated
    one_at_a_time: bool = False  # of the rubric that it is part of

    @property
    def kind(self) -> TaskKind:
        return TASK_KINDS[self.task]

    @property
    def steps(self) -> tuple[str | int | float, ...]:
        """The legal values one by one: those stated, or the whole steps of a short scale."""
        low, high = self.minimum, self.maximum
        if self.values or low is None or high is None:
            return self.values
        short = low.is_integer() and high.is_integer() and high - low <= MOST_STEPS
        return tuple(range(int(low), int(high) + 1)) if short else ()


def read_criterion(line: Line, language: str) -> CriterionSpec:
    """Raises Invalid with the field that is wrong."""
    task = read_text(line, "task")
    if task not in TASK_KINDS:
        raise Invalid.at(f"{describe(task)} is none of {', '.join(TASK_KINDS)}", field="task")
    values = _read_values(line, task)
    minimum, maximum = _read_range(line, task, values)
    kept = {key: line[key] for key in KEPT if key in line}
    for field in CHOICES:
        _check_choices(line, field)
    for field in FLAGS:
        read_flag(line, field, default=False)
    _check_reason(line)
    return CriterionSpec(
        name=need_name(line, "name"),
        task=task,
        level=_read_level(line, task),
        values=values,
        minimum=minimum,
        maximum=maximum,
        fractions=read_flag(line, "fractions", default=False),
        required=read_flag(line, "required", default=True),
        labels=read_by_language(line, "labels", language) or {language: need_name(line, "name")},
        question=read_by_language(line, "question", language),
        help_text=read_by_language(line, "instructions", language),
        anchors=_read_anchors(line, language),
        options={"task": task, **kept},
        rubric=read_text(line, "rubric") or "",
        one_at_a_time=read_flag(line, "one_at_a_time", default=False),
    )


def read_language(line: Line) -> str:
    """The code of a language that most texts are in; empty where none is stated. Raises Invalid."""
    language = read_text(line, "language", longest=16) or ""
    if language and not LANGUAGE.match(language):
        raise Invalid.at(f"{describe(language)} is no language code", field="language")
    return language


def read_by_language(line: Line, field: str, language: str) -> Texts:
    """A text, or texts by language; a plain text is taken to be in `language`."""
    value = line.get(field)
    if value is None:
        return {}
    if isinstance(value, str):
        return {language: value} if value else {}
    if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
        return value
    raise Invalid.at(f"a text or texts by language are wanted, not {describe(value)}", field=field)


def _read_level(line: Line, task: str) -> Level:
    stated = read_text(line, "level") or Level.UNSTATED
    if task in ("pairwise", "ranking"):
        return Level.PREFERENCE
    if task == "spans":
        return Level.SPANS
    allowed = LABEL_LEVELS if task == "label" else SCORE_LEVELS
    if stated not in allowed:
        raise Invalid.at(f"{describe(stated)} is none of {', '.join(allowed)}", field="level")
    return Level(stated)


def _read_values(line: Line, task: str) -> tuple[str | int | float, ...]:
    values = line.get("values")
    if values is None:
        return PREFERENCES[:3] if task == "pairwise" else ()
    if task == "ranking":
        raise Invalid.at("a ranking has no list of values", field="values")
    if not isinstance(values, list) or not values:
        raise Invalid.at(f"a list of values is wanted, not {describe(values)}", field="values")
    for value in values:
        fits = is_number(value) if task == "score" else isinstance(value, str) and 0 < len(value) <= 200
        if not fits or (task == "pairwise" and value not in PREFERENCES):
            raise Invalid.at(f"{describe(value)} cannot be a value of {task}", field="values")
    if len(set(values)) < len(values):
        raise Invalid.at("a value stands twice", field="values")
    return tuple(values)


def _read_range(
    line: Line, task: str, values: tuple[str | int | float, ...]
) -> tuple[float | None, float | None]:
    if task != "score":
        return None, None
    numbers = [value for value in values if is_number(value)]
    scale = line.get("scale", [min(numbers), max(numbers)] if numbers else None)
    if scale is None:
        return None, None
    if (
        not isinstance(scale, list)
        or len(scale) != 2
        or not all(map(is_number, scale))
        or scale[0] > scale[1]
    ):
        raise Invalid.at("the lowest and the highest value are wanted", field="scale")
    return float(scale[0]), float(scale[1])


def _check_choices(line: Line, field: str) -> None:
    """Words that a passage can be marked with, each a text or `{value, labels}`."""
    entries = line.get(field)
    if entries is None:
        return
    if not isinstance(entries, list) or not 0 < len(entries) <= MOST_CHOICES:
        raise Invalid.at(
            f"a list of 1 to {MOST_CHOICES} words is wanted, not {describe(entries)}", field=field
        )
    words = [_read_choice(entry, field) for entry in entries]
    if len(set(words)) < len(words):
        raise Invalid.at("a word stands twice", field=field)


def _read_choice(entry: object, field: str) -> str:
    if isinstance(entry, dict):
        labels = entry.get("labels", {})
        if set(entry) - {"value", "labels"} or not isinstance(labels, dict):
            raise Invalid.at("a word, or {value, labels} is wanted", field=field)
        read_by_language(entry, "labels", "en")
        entry = entry.get("value")
    if not isinstance(entry, str) or not 0 < len(entry) <= LONGEST_NAME:
        raise Invalid.at(f"a word is wanted, not {describe(entry)}", field=field)
    return entry


def _check_reason(line: Line) -> None:
    """When an answer needs a reason (see `annotations.domain.asking.reasons`)."""
    rule = line.get("reason")
    if rule is None or isinstance(rule, bool):
        return
    if not isinstance(rule, dict) or not rule or set(rule) - {*BOUNDS, "values"}:
        raise Invalid.at(f"true, or an object of {', '.join(BOUNDS)} and values is wanted", field="reason")
    if not all(is_number(rule[bound]) for bound in BOUNDS if bound in rule):
        raise Invalid.at("a number is wanted as a bound", field="reason")
    values = rule.get("values", [])
    if not isinstance(values, list) or not all(
        is_number(value) or isinstance(value, str) for value in values
    ):
        raise Invalid.at("a list of values is wanted", field="reason")


def _read_anchors(line: Line, language: str) -> dict[str, Texts]:
    """What single values mean, by value and language."""
    anchors = read_mapping(line, "anchors") or {}
    return {value: read_by_language(anchors, value, language) for value in anchors}
