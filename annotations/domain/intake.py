"""Batches: items and generations that come in while a project runs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar  # lines are JSON objects

from django.db import transaction

from annotations.domain.contents import build_generation, build_item, hash_generation, hash_item
from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.fields import describe
from annotations.domain.formats.lines import GenerationLine, ItemLine, parse_generation, parse_item
from annotations.domain.formats.loader import take_chunks
from annotations.domain.plan_tasks import plan_tasks
from annotations.domain.project_lock import lock_project
from annotations.domain.slots import open_slots
from annotations.models import Batch, Generation, Item, Project, System
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import hash_content
from evalplatform.common.jsonl import check_storable

Line = Mapping[str, Any]
LONGEST_KEY = 255
CHUNK = 1_000
Read = TypeVar("Read")


@transaction.atomic
def submit_batch(
    *,
    project: Project,
    user: User | None,
    idempotency_key: str,
    items: Sequence[Line],
    generations: Sequence[Line],
) -> Batch:
    """Store items and generations (lines as in a study folder), plan their tasks, open places for people.

    All or nothing. The same key with the same content gives the batch that is there; raises Conflict with other
    content, Invalid with the number and field of every bad line. What is there already may come again unchanged.
    """
    if not 0 < len(idempotency_key) <= LONGEST_KEY or "\0" in idempotency_key:
        raise Invalid.at(f"a key of 1 to {LONGEST_KEY} characters is wanted", field="idempotency_key")
    # One batch at a time: a key and a line are looked up and stored without another coming between.
    project = lock_project(project)
    content_hash = _hash_lines(items, generations)
    known = Batch.objects.filter(project=project, submitted_by=user, idempotency_key=idempotency_key).first()
    if known is not None:
        if known.content_hash != content_hash:
            raise Conflict("This key was used before for another batch.")
        return known
    lines = _BatchLines(project, [*items, *generations])
    log = FaultLog()
    new_items = _read_lines(log, items, lines.read_item, "items")
    new_generations = _read_lines(log, generations, lines.read_generation, "generations")
    log.refuse()
    batch = Batch.objects.create(
        project=project, submitted_by=user, idempotency_key=idempotency_key, content_hash=content_hash
    )
    lines.ids |= _store_items(batch, new_items)
    touched = _store_generations(batch, new_generations, lines.ids)
    batch.counts = {
        "items": len(new_items),
        "generations": len(new_generations),
        "tasks": plan_tasks(project=project, items=touched),
        "slots": open_slots(project=project, items=touched),
    }
    batch.save(update_fields=["counts"])
    return batch


def _hash_lines(items: Sequence[Line], generations: Sequence[Line]) -> str:
    try:
        return hash_content([list(items), list(generations)])
    except TypeError as error:
        raise Invalid(f"The batch is no JSON: {error}") from None


def _read_lines(
    log: FaultLog, lines: Sequence[Line], read: Callable[[dict[str, Any]], Read | None], file: str
) -> list[Read]:
    """The lines that are new, in order; what is wrong goes to the log."""
    numbered = enumerate(map(dict, lines), start=1)
    return [line for line in log.keep_good(numbered, read, file=file) if line is not None]


class _BatchLines:
    """Lines against each other and against what the project holds: content hashes by name."""

    def __init__(self, project: Project, lines: Sequence[Line]) -> None:
        self.ids: dict[str, int] = {}
        self._items: dict[str, str] = {}
        self._generations: dict[tuple[str, str], str] = {}
        keys = {key for line in lines if isinstance(key := line.get("item_id"), str) and "\0" not in key}
        for chunk in take_chunks(sorted(keys), CHUNK):
            items = Item.objects.filter(project=project, key__in=chunk)
            for key, pk, content in items.values_list("key", "pk", "content_hash"):
                self.ids[key], self._items[key] = pk, content
            generations = Generation.objects.filter(project=project, item__key__in=chunk)
            for item, system, content in generations.values_list("item__key", "system__name", "content_hash"):
                self._generations[item, system] = content

    def read_item(self, line: dict[str, Any]) -> ItemLine | None:
        """The item; None where the same is there already. Raises Invalid."""
        check_storable(line)
        item = parse_item(line)
        content, known = hash_item(item), self._items.get(item.key)
        if known is None:
            self._items[item.key] = content
            return item
        if known != content:
            raise Invalid.at(f"{describe(item.key)} is there already, and it differs", field="item_id")
        return None

    def read_generation(self, line: dict[str, Any]) -> GenerationLine | None:
        """The generation; None where the same is there already. Raises Invalid."""
        check_storable(line)
        generation = parse_generation(line)
        if generation.item not in self._items:
            raise Invalid.at(f"{describe(generation.item)} is none of the items", field="item_id")
        name = (generation.item, generation.system)
        content, known = hash_generation(generation), self._generations.get(name)
        if known is None:
            self._generations[name] = content
            return generation
        if known != content:
            raise Invalid.at(f"{describe(generation.system)} has another answer already", field="system")
        return None


def _store_items(batch: Batch, lines: Sequence[ItemLine]) -> dict[str, int]:
    rows = [build_item(batch.project, line, batch=batch) for line in lines]
    return {item.key: item.pk for item in Item.objects.bulk_create(rows, batch_size=CHUNK)}


def _store_generations(batch: Batch, lines: Sequence[GenerationLine], items: Mapping[str, int]) -> set[int]:
    """Store them; returns the items that they answer."""
    systems = _find_systems(batch.project, {line.system for line in lines})
    rows = [
        build_generation(
            batch.project, line, item_id=items[line.item], system_id=systems[line.system], batch=batch
        )
        for line in lines
    ]
    Generation.objects.bulk_create(rows, batch_size=CHUNK)
    return {row.item_id for row in rows}


def _find_systems(project: Project, names: set[str]) -> dict[str, int]:
    """Ids by name; systems that were not known are made."""
    systems = dict(System.objects.filter(project=project).values_list("name", "pk"))
    missing = [System(project=project, name=name) for name in sorted(names - systems.keys())]
    return systems | {system.name: system.pk for system in System.objects.bulk_create(missing)}
