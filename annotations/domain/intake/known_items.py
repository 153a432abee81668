"""Items that are there and come again: what they ask of raters may have been changed since they came."""

from collections.abc import Mapping, Sequence
from typing import Any, Final  # a source is JSON

from django.db.models import F

from annotations.domain.formats.draft_store import DraftStore, Named, PlacedLine, Row
from annotations.domain.formats.needs import LANGUAGE, NOTHING, SKILLS, Needs
from annotations.models import Item, Project
from annotations.queries.gates import list_demands
from evalplatform.common.among import AmongTexts
from evalplatform.common.hashing import hash_content

ASKED: Final = ("prompt", "turns", "context", "reference", "language", "attributes")


def compare_needs(
    *, project: Project, lines: DraftStore, chunk: Sequence[PlacedLine], known: Mapping[Named, str]
) -> dict[int, str]:
    """Of lines (by place) of items that differ from those there in what they ask of raters alone: the field that does.

    `known` has the hash of each item as it came. Empty: the line says nothing of needs, or what the item asks by now.
    """
    differing = {
        place: line.item
        for place, line in chunk
        if not line.system and known.get((line.item, ""), line.content_hash) != line.content_hash
    }
    if not differing:
        return {}
    demands = {number: Needs(held.language, held.skills) for number, held in list_demands(project).items()}
    stored = Item.objects.filter(AmongTexts(F("key"), set(differing.values())), project=project)
    items = {item.key: item for item in stored}
    apart: dict[int, str] = {}
    for place, row in lines.read_columns(differing):
        item = items.get(differing[place])
        if item is not None and _hash_asked(row) == _hash_asked(
            {name: getattr(item, name) for name in (*ASKED, "source")}
        ):
            language, skills = row["needs"]
            stated = Needs(language, tuple(skills))
            apart[place] = _find_difference(stated, demands.get(item.gate, NOTHING))
    return apart


def _find_difference(stated: Needs, asked: Needs) -> str:
    if not stated or stated == asked:
        return ""
    return LANGUAGE if stated.language != asked.language else SKILLS


def _hash_asked(row: Row) -> str:
    return hash_content([*(row[name] for name in ASKED), drop_needs(row["source"])])


def drop_needs(source: Mapping[str, Any]) -> dict[str, Any]:
    """What an item's line held besides, without words of its own for needs (`"law; chess"`)."""
    stated = {key: value for key, value in source.get("set", {}).items() if key not in (LANGUAGE, SKILLS)}
    dropped = [key for key in source.get("drop", ()) if key not in (LANGUAGE, SKILLS)]
    return ({"set": stated} if stated else {}) | ({"drop": dropped} if dropped else {})
