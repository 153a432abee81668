"""Items that are there and come again: what they ask of raters may have been changed since they came."""

from collections.abc import Mapping
from typing import Any, Final  # a source is JSON

from annotations.domain.formats.batch_lines import BatchDraft, Row
from annotations.domain.formats.needs import LANGUAGE, NOTHING, SKILLS, Needs
from annotations.models import Item, Project
from annotations.queries.gates import list_demands
from evalplatform.common.chunks import take_chunks
from evalplatform.common.hashing import hash_content

CHUNK: Final = 200
ASKED: Final = ("prompt", "turns", "context", "reference", "language", "attributes")


def compare_needs(*, project: Project, draft: BatchDraft, known: Mapping[str, str]) -> dict[int, bool]:
    """Lines (by place) of items that are there and differ from them in what they ask of raters alone: whether they fit.

    `known` has the hash of each item as it came, by its key. A line fits that says nothing of needs, or says what the
    item asks for by now.
    """
    differing = {
        place
        for place, line in enumerate(draft.index)
        if not line.system and known.get(line.item, line.content_hash) != line.content_hash
    }
    if not differing:
        return {}
    demands = {number: Needs(held.language, held.skills) for number, held in list_demands(project).items()}
    rows = ((place, line.item, row) for place, (line, row) in enumerate(draft.rows()) if place in differing)
    fits: dict[int, bool] = {}
    for chunk in take_chunks(rows, CHUNK):
        stored = Item.objects.filter(project=project, key__in={key for _, key, _ in chunk})
        items = {item.key: item for item in stored}
        for place, key, row in chunk:
            if _hash_asked(row) == _hash_asked(
                {name: getattr(items[key], name) for name in (*ASKED, "source")}
            ):
                language, skills = row["needs"]
                stated = Needs(language, tuple(skills))
                fits[place] = not stated or stated == demands.get(items[key].gate, NOTHING)
    return fits


def _hash_asked(row: Row) -> str:
    return hash_content([*(row[name] for name in ASKED), drop_needs(row["source"])])


def drop_needs(source: Mapping[str, Any]) -> dict[str, Any]:
    """What an item's line held besides, without words of its own for needs (`"law; chess"`)."""
    stated = {key: value for key, value in source.get("set", {}).items() if key not in (LANGUAGE, SKILLS)}
    dropped = [key for key in source.get("drop", ()) if key not in (LANGUAGE, SKILLS)]
    return ({"set": stated} if stated else {}) | ({"drop": dropped} if dropped else {})
