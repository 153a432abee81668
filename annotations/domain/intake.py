"""Batches: items and generations that come in while a project runs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any  # faults are kept as JSON
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from annotations.domain.bulk_rows import check_references_at_once, insert_rows
from annotations.domain.formats.batch_lines import BatchDraft, DraftLine, Row
from annotations.domain.formats.fields import describe
from annotations.domain.formats.needs import LANGUAGE, Needs
from annotations.domain.gates import ensure_gates
from annotations.domain.known_items import compare_needs
from annotations.domain.project_lock import lock_project
from annotations.models import OPEN_TO_ALL, Batch, Generation, Item, Project, System
from evalplatform.accounts.models import User
from evalplatform.common.chunks import take_chunks
from evalplatform.common.errors import Fault, Invalid

CHUNK = 500
OURS = ("public_id", "created_at", "project", "batch", "content_hash", "source")
ITEM_COLUMNS = (*OURS, "key", "prompt", "turns", "context", "reference", "language", "attributes", "gate")
GENERATION_COLUMNS = (*OURS, "item", "system", "text", "turns", "meta", "is_placeholder")


@transaction.atomic
def submit_batch(*, project: Project, user: User | None, key: str, draft: BatchDraft) -> Batch:
    """Store the items and generations of a draft that the project does not hold yet; their tasks come later.

    All or nothing, but for lines that a partial draft leaves out: the batch says which. Raises Invalid with line and
    field of every fault; what is there already may come again unchanged.
    """
    # One batch at a time: a line is compared and stored without another coming between.
    project = lock_project(project)
    known = _compare_lines(project, draft)
    draft.log.faults.sort(key=lambda fault: (fault.file != "items", fault.line or 0))
    draft.log.refuse()
    batch = Batch.objects.create(
        project=project,
        submitted_by=user,
        idempotency_key=key,
        content_hash=draft.content_hash,
        counts=known.count() | {"left_out": draft.log.counts.total()},
        faults=[describe_fault(fault) for fault in draft.log.faults],
    )
    check_references_at_once()
    _store_items(batch, draft, known)
    _store_generations(batch, draft, known)
    return batch


@dataclass(frozen=True, slots=True)
class BatchCheck:
    """What storing a draft would do: counts as a batch keeps them, and what is wrong (the first hundred)."""

    counts: dict[str, int]
    faults: tuple[Fault, ...]


def check_batch(*, project: Project, draft: BatchDraft) -> BatchCheck:
    """Compare a partial draft with the project as `submit_batch` would. Nothing is stored."""
    known = _compare_lines(project, draft)
    faults = sorted(draft.log.faults, key=lambda fault: (fault.file != "items", fault.line or 0))
    return BatchCheck(known.count() | {"left_out": draft.log.counts.total()}, tuple(faults))


def describe_fault(fault: Fault) -> dict[str, Any]:
    """A fault as a batch keeps it and as the API names it."""
    stated = {"message": fault.message, "line": fault.line, "field": fault.field, "list": fault.file}
    return {name: value for name, value in stated.items() if value not in (None, "")}


@dataclass(slots=True)
class _Known:
    """What the project holds of the items that a draft names, and which of its lines (by place) are new.

    `fits`: of lines that differ in their needs alone, whether these stand.
    """

    ids: dict[str, int] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    generations: dict[tuple[str, str], str] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    fits: dict[int, bool] = field(default_factory=dict)
    new_items: int = 0
    same_items: int = 0
    same_generations: int = 0

    def count(self) -> dict[str, int]:
        return {
            "items": self.new_items,
            "items_unchanged": self.same_items,
            "generations": len(self.new) - self.new_items,
            "generations_unchanged": self.same_generations,
        }

    def compare_item(self, place: int, line: DraftLine) -> None:
        """Raises Invalid where there is another item of this name."""
        known = self.items.get(line.item)
        if known is None:
            self.items[line.item] = line.content_hash
            self.new.add(place)
            self.new_items += 1
        elif known == line.content_hash or self.fits.get(place):
            self.same_items += 1
        elif place in self.fits:
            raise Invalid.at(
                f"{describe(line.item)} is there already, and what it needs differs: that is changed under Needs",
                field=LANGUAGE,
            )
        else:
            raise Invalid.at(f"{describe(line.item)} is there already, and it differs", field="item_id")

    def compare_generation(self, place: int, line: DraftLine) -> None:
        """Raises Invalid where the item is missing, or its system gave another answer."""
        if line.item not in self.items:
            raise Invalid.at(f"{describe(line.item)} is none of the items", field="item_id")
        known = self.generations.get((line.item, line.system))
        if known is None:
            self.generations[line.item, line.system] = line.content_hash
            self.new.add(place)
        elif known != line.content_hash:
            raise Invalid.at(f"{describe(line.system)} has another answer already", field="system")
        else:
            self.same_generations += 1


def _compare_lines(project: Project, draft: BatchDraft) -> _Known:
    """Lines against each other and against the project; faults go to the draft's log."""
    known = _find_known(project, {line.item for line in draft.index})
    known.fits = compare_needs(project=project, draft=draft, known=known.items)
    compared = [(False, known.compare_item), (True, known.compare_generation)]
    for is_generation, compare in compared:
        for place, line in enumerate(draft.index):
            if bool(line.system) is not is_generation:
                continue
            try:
                compare(place, line)
            except Invalid as error:
                fault = error.faults[0]
                draft.log.add(Fault(fault.message, field=fault.field, line=line.number, file=line.file))
    return known


def _find_known(project: Project, keys: Collection[str]) -> _Known:
    known = _Known()
    for chunk in take_chunks(sorted(keys), CHUNK):
        items = Item.objects.filter(project=project, key__in=chunk)
        for key, pk, content in items.values_list("key", "pk", "content_hash"):
            known.ids[key], known.items[key] = pk, content
        generations = Generation.objects.filter(project=project, item__key__in=chunk)
        for item, system, content in generations.values_list("item__key", "system__name", "content_hash"):
            known.generations[item, system] = content
    return known


def _list_new(draft: BatchDraft, known: _Known, *, generations: bool) -> Iterator[tuple[DraftLine, Row]]:
    for place, (line, row) in enumerate(draft.rows()):
        if place in known.new and bool(line.system) is generations:
            yield line, row


def _store_items(batch: Batch, draft: BatchDraft, known: _Known) -> None:
    ours = _describe_ours(batch)
    for chunk in take_chunks(_list_new(draft, known, generations=False), CHUNK):
        stated = [Needs(language, tuple(skills)) for language, skills in (row["needs"] for _, row in chunk)]
        gates = ensure_gates(project=batch.project, wanted=set(stated))
        insert_rows(
            Item,
            ITEM_COLUMNS,
            (
                row | ours | _describe_own(line) | {"gate": gates.get(needs, OPEN_TO_ALL)}
                for (line, row), needs in zip(chunk, stated, strict=True)
            ),
        )
        keys = [line.item for line, _ in chunk]
        stored = Item.objects.filter(project=batch.project, key__in=keys).values_list("key", "pk")
        known.ids.update(stored)


def _store_generations(batch: Batch, draft: BatchDraft, known: _Known) -> None:
    new = (line.system for place, line in enumerate(draft.index) if line.system and place in known.new)
    systems = _find_systems(batch.project, set(new))
    ours = _describe_ours(batch) | {"is_placeholder": False}
    for chunk in take_chunks(_list_new(draft, known, generations=True), CHUNK):
        rows = (
            row | ours | _describe_own(line) | {"item": known.ids[line.item], "system": systems[line.system]}
            for line, row in chunk
        )
        insert_rows(Generation, GENERATION_COLUMNS, rows)


def _describe_ours(batch: Batch) -> Row:
    """The columns that all rows of a batch share."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    return {"created_at": now, "project": batch.project_id, "batch": batch.pk}


def _describe_own(line: DraftLine) -> Row:
    return {"public_id": uuid4().hex, "content_hash": line.content_hash}


def _find_systems(project: Project, names: set[str]) -> dict[str, int]:
    """Ids by name; systems that were not known are made."""
    systems = dict(System.objects.filter(project=project).values_list("name", "pk"))
    missing = [System(project=project, name=name) for name in sorted(names - systems.keys())]
    return systems | {system.name: system.pk for system in System.objects.bulk_create(missing)}
