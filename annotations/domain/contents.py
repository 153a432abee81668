"""Items and generations into the ledger, from checked lines."""

from collections.abc import Mapping, Sequence
from typing import Any  # values as the columns take them
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from annotations.domain.bulk_rows import insert_rows
from annotations.domain.formats.lines import GenerationLine, ItemLine
from annotations.domain.gates import ensure_gates
from annotations.models import OPEN_TO_ALL, Generation, Item, Project
from evalplatform.common.hashing import hash_content

OURS = ("public_id", "created_at", "project", "content_hash", "source")
ITEM_COLUMNS = (*OURS, "key", "prompt", "turns", "context", "reference", "language", "attributes", "gate")
GENERATION_COLUMNS = (*OURS, "item", "system", "text", "turns", "meta", "is_placeholder")


def store_items(project: Project, lines: Sequence[ItemLine]) -> dict[str, int]:
    """Store items that are not there yet; returns their ids by key."""
    ours = _describe_ours(project)
    gates = ensure_gates(project=project, wanted={line.needs for line in lines})
    rows = (ours | _describe_item(line) | {"gate": gates.get(line.needs, OPEN_TO_ALL)} for line in lines)
    insert_rows(Item, ITEM_COLUMNS, rows)
    stored = Item.objects.filter(project=project, key__in=[line.key for line in lines])
    return dict(stored.values_list("key", "pk"))


def store_generations(
    project: Project, lines: Sequence[GenerationLine], *, items: Mapping[str, int], systems: Mapping[str, int]
) -> dict[tuple[int, int], int]:
    """Store generations that are not there yet; returns their ids by item and system (ids)."""
    ours = _describe_ours(project) | {"is_placeholder": False}
    rows = [
        ours | _describe_generation(line) | {"item": items[line.item], "system": systems[line.system]}
        for line in lines
    ]
    insert_rows(Generation, GENERATION_COLUMNS, rows)
    stored = Generation.objects.filter(item__in={row["item"] for row in rows})
    found = stored.values_list("item_id", "system_id", "pk")
    return {(item, system): pk for item, system, pk in found}


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


def hash_item(line: ItemLine) -> str:
    said = [
        line.prompt,
        line.turns,
        line.context,
        line.reference,
        line.language,
        line.attributes,
        line.source,
    ]
    needs = [[line.needs.language, list(line.needs.skills)]] if line.needs else []
    return hash_content(said + needs)


def hash_generation(line: GenerationLine) -> str:
    return hash_content([line.text, line.turns, line.meta, line.source])
