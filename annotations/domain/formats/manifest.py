"""manifest.json of a study folder: its criteria, and how its raters and lines are to be read."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, TypeVar  # manifests are JSON

import orjson

from annotations.domain.asking.pairing import Pairing
from annotations.domain.formats.criteria import CriterionSpec, read_by_language, read_criterion, read_language
from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.fields import (
    describe,
    need_name,
    read_float,
    read_mapping,
    read_text,
    read_texts,
)
from annotations.domain.formats.words import RATER_KINDS, STUDY_KINDS
from annotations.models import Absent, Origin, Presentation, RaterKind
from evalplatform.common.errors import Invalid
from evalplatform.common.jsonl import check_storable, unsign_zeros

MOST_CRITERIA = 1_000
LARGEST_MANIFEST = 4_000_000  # bytes
TEXT_FORMS = ("markdown", "plain")
Choice = TypeVar("Choice", Presentation, Absent)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines are to be read."""

    slots: bool = False
    order: Mapping[str, Presentation] | None = None
    unit_meta: tuple[str, ...] = ()
    group_meta: str | None = None
    reference_raters: frozenset[str] = frozenset()
    null_means: Mapping[str, Absent] | None = None
    inconsistent: tuple[str, Any] | None = None

    def find_presentation(self, rater: str, rater_kind: str) -> Presentation:
        order = self.order or {}
        return order.get(rater) or order.get(rater_kind) or Presentation.UNKNOWN

    def explain_null(self, rater_kind: str) -> Absent:
        return (self.null_means or {}).get(rater_kind, Absent.ABSTAINED)


@dataclass(frozen=True, slots=True)
class StudyManifest:
    """A manifest, checked; `content` is all of it, verbatim."""

    content: dict[str, Any]
    title: str
    language: str
    criteria: Mapping[tuple[str, str], CriterionSpec]
    layout: Layout
    systems: Mapping[str, dict[str, Any]]
    raters: Mapping[str, dict[str, Any]]
    pairing: dict[str, Any]
    overlap: int | None
    simulated: bool
    rater_title: dict[str, str]
    text: str

    @classmethod
    def read(cls, file: Path) -> Self:
        """Raises Invalid with every fault of the manifest."""
        content = _load(file)
        log = FaultLog()
        note = _Notebook(log, file.name)
        found: dict[str, Any] = {}
        for field, read in _READERS.items():
            with note():
                found[field] = read(content)
        criteria = dict(_read_criteria(content, found.get("language") or "en", note))
        log.refuse()
        return cls(content=content, criteria=criteria, **found)

    def find_rater_kind(self, name: str, rater_kind: str) -> RaterKind:
        """What a study's rater is in our words; the manifest may say more than the line can."""
        if rater_kind == "human" and name in self.layout.reference_raters:
            return RaterKind.REFERENCE
        stated = self.raters.get(name, {}).get("kind")
        if stated is not None and STUDY_KINDS[stated] == rater_kind:
            return RaterKind(stated)
        return RATER_KINDS[rater_kind]


class _Notebook:
    """Notes the fault of a block and goes on after it."""

    def __init__(self, log: FaultLog, file: str) -> None:
        self.log = log
        self.file = file

    @contextmanager
    def __call__(self, field: str = "") -> Iterator[None]:
        try:
            yield
        except Invalid as error:
            fault = error.faults[0]
            place = ".".join(part for part in (field, fault.field) if part)
            self.log.add(replace(fault, field=place, file=self.file))


def _load(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as handle:
            raw = handle.read(LARGEST_MANIFEST + 1)
    except OSError as error:
        raise Invalid.at(f"the file cannot be read: {error.strerror}", file=file.name) from None
    if len(raw) > LARGEST_MANIFEST:
        raise Invalid.at(f"larger than {LARGEST_MANIFEST} bytes", file=file.name)
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid.at(f"no valid JSON: {error}", line=error.lineno, file=file.name) from None
    if not isinstance(content, dict):
        raise Invalid.at(f"an object is wanted, not {describe(content)}", file=file.name)
    check_storable(content, file=file.name)
    return {key: unsign_zeros(child) for key, child in content.items()}


def _read_criteria(
    content: dict[str, Any], language: str, note: _Notebook
) -> Iterator[tuple[tuple[str, str], CriterionSpec]]:
    stated: list[Any] = []
    seen = set()
    with note():
        stated = _need_criteria(content)
    for number, line in enumerate(stated):
        with note(f"criteria[{number}]"):
            if not isinstance(line, dict):
                raise Invalid.at(f"an object is wanted, not {describe(line)}")
            spec = read_criterion(line, language)
            if (spec.task, spec.name) in seen:
                raise Invalid.at(f"{describe(spec.name)} stands twice", field="name")
            seen.add((spec.task, spec.name))
            yield (spec.task, spec.name), spec


def _need_criteria(content: dict[str, Any]) -> list[Any]:
    stated = content.get("criteria")
    if not isinstance(stated, list) or not stated:
        raise Invalid.at(f"a list of criteria is wanted, not {describe(stated)}", field="criteria")
    if len(stated) > MOST_CRITERIA:
        raise Invalid.at(f"more than {MOST_CRITERIA} criteria", field="criteria")
    return stated


def _read_layout(content: dict[str, Any]) -> Layout:
    layout = read_mapping(content, "layout") or {}
    raters = read_mapping(layout, "raters") or {}
    if raters.get("human") not in (None, "persons", "slots"):
        raise Invalid.at("people are persons or slots", field="layout.raters.human")
    inconsistent = read_mapping(layout, "inconsistent")
    if inconsistent is not None and not isinstance(inconsistent.get("meta"), str):
        raise Invalid.at("the key of `meta` is wanted", field="layout.inconsistent.meta")
    return Layout(
        slots=raters.get("human") == "slots",
        order=_read_choices(layout, "order", Presentation),
        unit_meta=tuple(_read_names(layout, "unit_meta")),
        group_meta=read_text(layout, "rater_group_meta"),
        reference_raters=frozenset(_read_names(layout, "reference_raters")),
        null_means=_read_choices(layout, "null_means", Absent),
        inconsistent=(inconsistent["meta"], inconsistent.get("value")) if inconsistent else None,
    )


def _read_names(layout: dict[str, Any], field: str) -> list[str]:
    names = read_texts(layout, field) if layout.get(field) != [] else []
    return [name for name in names or () if name is not None]


def _read_choices(layout: dict[str, Any], field: str, choices: type[Choice]) -> dict[str, Choice]:
    stated = read_mapping(layout, field) or {}
    for key, value in stated.items():
        if value not in choices.values:
            raise Invalid.at(
                f"{describe(value)} is none of {', '.join(choices.values)}", field=f"layout.{field}.{key}"
            )
    return {key: choices(value) for key, value in stated.items()}


def _read_entries(content: dict[str, Any], field: str) -> dict[str, dict[str, Any]]:
    """What the manifest says of single systems or raters, by name."""
    stated = content.get(field)
    if not isinstance(stated, list | None):
        raise Invalid.at(f"a list is wanted, not {describe(stated)}", field=field)
    entries: dict[str, dict[str, Any]] = {}
    for entry in stated or ():
        if not isinstance(entry, dict):
            raise Invalid.at(f"an object is wanted, not {describe(entry)}", field=field)
        name = need_name(entry, "name")
        if name in entries:
            raise Invalid.at(f"{describe(name)} stands twice", field=field)
        read_text(entry, "family", longest=100)
        read_text(entry, "group", longest=100)
        read_mapping(entry, "attributes")
        entries[name] = entry
    return entries


def _read_raters(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    entries = _read_entries(content, "raters")
    for name, entry in entries.items():
        if entry.get("kind", RaterKind.PERSON) not in RaterKind.values:
            raise Invalid.at(f"{describe(entry['kind'])} is no kind of rater", field=f"raters.{name}.kind")
        if entry.get("origin", Origin.IMPORTED) not in (Origin.IMPORTED, Origin.SIMULATED):
            raise Invalid.at("an imported rater is imported or simulated", field=f"raters.{name}.origin")
    return entries


def _read_title(content: dict[str, Any]) -> str:
    return (read_text(content, "title") or read_text(content, "name") or "")[:200]


def _read_text_form(content: dict[str, Any]) -> str:
    """How the texts of the study are meant to be read: as markdown, or as they stand."""
    form = read_text(content, "text") or TEXT_FORMS[0]
    if form not in TEXT_FORMS:
        raise Invalid.at(f"{describe(form)} is none of {', '.join(TEXT_FORMS)}", field="text")
    return form


def _read_overlap(content: dict[str, Any]) -> int | None:
    overlap = read_float(content, "overlap", low=0, high=1000)
    return None if overlap is None else int(overlap)


def _read_pairing(content: dict[str, Any]) -> dict[str, Any]:
    pairing = read_mapping(content, "pairing") or {}
    Pairing.read(pairing)
    return pairing


_READERS: dict[str, Callable[[dict[str, Any]], object]] = {
    "language": read_language,
    "title": _read_title,
    "layout": _read_layout,
    "systems": lambda content: _read_entries(content, "systems"),
    "raters": _read_raters,
    "pairing": _read_pairing,
    "overlap": _read_overlap,
    "simulated": lambda content: content.get("simulated") is True,
    "rater_title": lambda content: read_by_language(content, "rater_title", "en"),
    "text": _read_text_form,
}
