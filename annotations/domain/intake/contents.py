"""Items and generations into the ledger, from checked lines."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any  # values as the columns take them
from uuid import uuid4

from django.db import connection
from django.db.models import F
from django.utils import timezone

from annotations.domain.formats.content_hashes import hash_generation, hash_item
from annotations.domain.formats.lines import GenerationLine, ItemLine
from annotations.domain.queue.gates import ensure_gates
from annotations.models import OPEN_TO_ALL, Generation, Item, Project
from evalplatform.common.among import AmongTexts
from evalplatform.common.bulk_rows import insert_rows

OURS = ("public_id", "created_at", "project", "content_hash", "source")
ITEM_COLUMNS = (*OURS, "key", "prompt", "turns", "context", "reference", "language", "attributes", "gate")
GENERATION_COLUMNS = (*OURS, "item", "system", "text", "turns", "meta", "is_placeholder")


def store_items(project: Project, lines: Sequence[ItemLine]) -> None:
    """Store items that are not there yet."""
    ours = _describe_ours(project)
    gates = ensure_gates(project=project, wanted={line.needs for line in lines})
    rows = (ours | _describe_item(line) | {"gate": gates.get(line.needs, OPEN_TO_ALL)} for line in lines)
    insert_rows(Item, ITEM_COLUMNS, rows)


def store_generations(
    project: Project, lines: Sequence[GenerationLine], *, systems: Mapping[str, int]
) -> None:
    """Store generations that are not there yet, of items that are; `systems` are ids by name."""
    ours = _describe_ours(project) | {"is_placeholder": False}
    items = find_items(project, {line.item for line in lines})
    rows = (
        ours | _describe_generation(line) | {"item": items[line.item], "system": systems[line.system]}
        for line in lines
    )
    insert_rows(Generation, GENERATION_COLUMNS, rows)


def store_placeholders(
    project: Project, named: Sequence[tuple[str, str]], *, systems: Mapping[str, int]
) -> None:
    """Store generations of which only an item (key) and a system (name) are known, and no text."""
    items = find_items(project, {item for item, _ in named})
    unsaid: dict[str, Any] = {
        "text": None,
        "turns": None,
        "meta": {},
        "content_hash": "",
        "source": {},
        "is_placeholder": True,
    }
    ours = _describe_ours(project) | unsaid
    rows = (
        ours | {"public_id": uuid4().hex, "item": items[item], "system": systems[system]}
        for item, system in named
    )
    insert_rows(Generation, GENERATION_COLUMNS, rows)


def find_items(project: Project, keys: Collection[str]) -> dict[str, int]:
    """Ids of the project's items by key."""
    return dict(Item.objects.filter(AmongTexts(F("key"), keys), project=project).values_list("key", "pk"))


def _describe_ours(project: Project) -> dict[str, Any]:
    """The columns that all rows share."""
    return {"created_at": connection.ops.adapt_datetimefield_value(timezone.now()), "project": project.pk}


def _describe_item(line: ItemLine) -> dict[str, Any]:
    return {
        "public_id": uuid4().hex,
        "key": line.key,
        "prompt": line.prompt,
        "turns": line.turns,
        "context": line.context,
        "reference": line.reference,
        "language": line.language,
        "attributes": line.attributes,
        "content_hash": hash_item(line),
        "source": line.source,
    }


def _describe_generation(line: GenerationLine) -> dict[str, Any]:
    return {
        "public_id": uuid4().hex,
        "text": line.text,
        "turns": line.turns,
        "meta": line.meta,
        "content_hash": hash_generation(line),
        "source": line.source,
    }
