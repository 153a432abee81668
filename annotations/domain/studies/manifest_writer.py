"""The manifest of an exported project: the one it came with, brought up to date, or a new one."""

from typing import Any  # manifests are JSON

from annotations.domain.formats.rater_names import study_kind
from annotations.domain.formats.stored_criterion import describe_criterion
from annotations.domain.formats.words import PREFERENCES
from annotations.domain.studies.writer import StudyWriter
from annotations.models import Origin, Presentation, Rater, RaterKind, Rubric, System

Json = dict[str, Any]
ONE_AT_A_TIME = "one_at_a_time"


def compose_manifest(writer: StudyWriter, files: dict[str, str]) -> Json:
    """Once all lines have been given: so that counts, values and orders are those of the lines."""
    project = writer.project
    content = dict(project.manifest) or {
        "name": project.slug,
        "title": project.title or project.slug,
        "sources": [],
        "unit": "item_id, systems, turn",
    }
    content["criteria"] = _compose_criteria(writer, content.get("criteria", []))
    content["files"] = files
    content["counts"] = writer.describe_counts()
    content["layout"] = _compose_layout(writer, content.get("layout") or {})
    optional = {
        "language": project.language,
        "description": project.description,
        "pairing": project.pairing,
        "simulated": project.simulated,
        "systems": _describe_systems(writer, content.get("systems") or []),
        "raters": _describe_raters(writer, content.get("raters") or []),
    }
    return content | {key: value for key, value in optional.items() if value}


def _compose_criteria(writer: StudyWriter, stated: list[Json]) -> list[Json]:
    """Those that the project came with, verbatim but for how they are asked now, and what was added to them here."""
    criteria = [dict(entry) for entry in stated]
    by_name = {(entry.get("name"), entry.get("task")): entry for entry in criteria}
    rubrics = _describe_rubrics(writer)
    for pk, (name, task, criterion) in writer.criteria.items():
        entry = by_name.get((name, task))
        if entry is None:
            entry = describe_criterion(criterion, name, task) | rubrics[criterion.rubric_id]
            criteria.append(entry)
        _state_how_asked(entry, rubrics[criterion.rubric_id])
        if task == "pairwise" and (seen := writer.codes[pk]):
            legal = set(entry.get("values") or PREFERENCES[:3])
            if seen - legal:
                entry["values"] = [code for code in PREFERENCES if code in legal | seen]
    return criteria


def _state_how_asked(entry: Json, rubric: Json) -> None:
    """The rubric that a criterion came with may have another version by now."""
    if rubric.get(ONE_AT_A_TIME):
        entry[ONE_AT_A_TIME] = True
    elif entry.get(ONE_AT_A_TIME):
        del entry[ONE_AT_A_TIME]


def _describe_rubrics(writer: StudyWriter) -> dict[int, Json]:
    """By id, what criteria say of their rubric: its key, of earlier versions with their number, and how it asks."""
    newest: dict[str, int] = {}
    described: dict[int, Json] = {}
    for rubric in Rubric.objects.filter(project=writer.project).order_by("-version", "pk"):
        is_newest = newest.setdefault(rubric.key, rubric.version) == rubric.version
        described[rubric.pk] = {"rubric": rubric.key if is_newest else f"{rubric.key} {rubric.version}"}
        if rubric.one_at_a_time:
            described[rubric.pk][ONE_AT_A_TIME] = True
    return described


def _compose_layout(writer: StudyWriter, stated: Json) -> Json:
    """The layout, with the order of raters who work here: their sides were recorded."""
    kinds = {"human": "persons", "llm": "judges", "gold": "reference"}
    present = {study_kind(writer.raters[pk]) for pk in writer.presentations}
    raters = {kind: word for kind, word in kinds.items() if kind in present} | dict(
        stated.get("raters") or {}
    )
    order = dict(stated.get("order") or {})
    for pk in writer.presentations:
        rater, name = writer.raters[pk], writer.rater_names[pk]
        known = order.get(name) or order.get(study_kind(rater)) or Presentation.UNKNOWN
        if (found := writer.find_order(pk)) != known:
            order[name] = found
    return stated | {"raters": raters, "order": order}


def _describe_systems(writer: StudyWriter, stated: list[Json]) -> list[Json]:
    rows = System.objects.filter(project=writer.project).exclude(family="", attributes={}).order_by("name")
    found = [_without_empty(name=row.name, family=row.family, attributes=row.attributes) for row in rows]
    return _merge(stated, found)


def _describe_raters(writer: StudyWriter, stated: list[Json]) -> list[Json]:
    found = [
        {"name": writer.rater_names[pk], **entry}
        for pk in sorted(writer.presentations)
        if (entry := _describe_rater(writer.raters[pk]))
    ]
    return _merge(stated, found)


def _merge(stated: list[Json], found: list[Json]) -> list[Json]:
    """Entries by name: as stated, with what was found put over them."""
    entries = {entry["name"]: entry for entry in stated}
    for entry in found:
        entries[entry["name"]] = entries.get(entry["name"], {}) | entry
    return list(entries.values())


def _describe_rater(rater: Rater) -> Json:
    """What the lines and the layout do not say: panels and metrics, simulated people, groups and families set here."""
    kind = rater.kind if rater.kind in (RaterKind.PANEL, RaterKind.METRIC) else None
    origin = rater.origin if rater.origin == Origin.SIMULATED else None
    group = rater.group if rater.origin != Origin.IMPORTED else None
    return _without_empty(kind=kind, origin=origin, group=group, family=rater.family)


def _without_empty(**values: Any) -> Json:
    return {key: value for key, value in values.items() if value}
