"""Batches: items and generations that come in while a project runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # faults are kept as JSON
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from annotations.domain.formats.batch_lines import GENERATIONS, ITEMS, BatchDraft
from annotations.domain.formats.draft_store import DraftLine, DraftStore, Named, NewLine, PlacedLine, Row
from annotations.domain.formats.fields import describe
from annotations.domain.formats.needs import Needs
from annotations.domain.intake.contents import find_items
from annotations.domain.intake.known_items import compare_needs
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.queue.gates import ensure_gates
from annotations.models import OPEN_TO_ALL, Batch, Generation, Item, Project, System
from evalplatform.accounts.models import User
from evalplatform.common.among import Among, AmongTexts
from evalplatform.common.bulk_rows import check_references_at_once, insert_rows
from evalplatform.common.chunks import take_chunks
from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.growing_tables import follow_growth

CHUNK = 500
Compare = Callable[[Mapping[Named, str], DraftLine], bool]
COUNTED = (ITEMS, f"{ITEMS}_unchanged", GENERATIONS, f"{GENERATIONS}_unchanged")
OURS = ("public_id", "created_at", "project", "batch", "content_hash", "source")
ITEM_COLUMNS = (*OURS, "key", "prompt", "turns", "context", "reference", "language", "attributes", "gate")
GENERATION_COLUMNS = (*OURS, "item", "system", "text", "turns", "meta", "is_placeholder")


@transaction.atomic
@follow_growth()
def submit_batch(*, project: Project, user: User | None, key: str, draft: BatchDraft) -> Batch:
    """Store the items and generations of a draft that the project does not hold yet; their tasks come later.

    All or nothing, but for lines that a partial draft leaves out: the batch says which. Raises Invalid with line and
    field of every fault; what is there already may come again unchanged.
    """
    # One batch at a time: a line is compared and stored without another coming between.
    project = lock_project(project)
    counts = _compare_lines(project, draft)
    draft.log.faults.sort(key=lambda fault: (fault.file != "items", fault.line or 0))
    draft.log.refuse()
    batch = Batch.objects.create(
        project=project,
        submitted_by=user,
        idempotency_key=key,
        content_hash=draft.content_hash,
        counts=counts | {"left_out": draft.log.counts.total()},
        faults=[describe_fault(fault) for fault in draft.log.faults],
    )
    check_references_at_once()
    _store_items(batch, draft)
    _store_generations(batch, draft)
    return batch


@dataclass(frozen=True, slots=True)
class BatchCheck:
    """What storing a draft would do: counts as a batch keeps them, and what is wrong (the first hundred)."""

    counts: dict[str, int]
    faults: tuple[Fault, ...]


def check_batch(*, project: Project, draft: BatchDraft) -> BatchCheck:
    """Compare a partial draft with the project as `submit_batch` would. Nothing is stored."""
    counts = _compare_lines(project, draft)
    faults = sorted(draft.log.faults, key=lambda fault: (fault.file != "items", fault.line or 0))
    return BatchCheck(counts | {"left_out": draft.log.counts.total()}, tuple(faults))


def describe_fault(fault: Fault) -> dict[str, Any]:
    """A fault as a batch keeps it and as the API names it."""
    stated = {"message": fault.message, "line": fault.line, "field": fault.field, "list": fault.file}
    return {name: value for name, value in stated.items() if value not in (None, "")}


def _compare_lines(project: Project, draft: BatchDraft) -> dict[str, int]:
    """Lines against each other and against the project, and the counts of them; faults go to the draft's log."""
    counts = dict.fromkeys(COUNTED, 0)
    draft.lines.begin_comparing()
    for name, compare in ((ITEMS, _compare_item), (GENERATIONS, _compare_generation)):
        for chunk in draft.lines.list_chunks(generations=name == GENERATIONS, size=CHUNK):
            new, same = _compare_chunk(project, draft, chunk, compare)
            counts[name] += new
            counts[f"{name}_unchanged"] += same
    return counts


def _compare_chunk(
    project: Project, draft: BatchDraft, chunk: Sequence[PlacedLine], compare: Compare
) -> tuple[int, int]:
    """How many lines of a chunk are new, and how many say again what is there."""
    known = _find_known(project, draft.lines, [line for _, line in chunk])
    apart = compare_needs(project=project, lines=draft.lines, chunk=chunk, known=known)
    new, same = [], 0
    for place, line in chunk:
        try:
            is_new = compare(known, line) if place not in apart else _refuse_other_needs(line, apart[place])
        except Invalid as error:
            fault = error.faults[0]
            draft.log.add(Fault(fault.message, field=fault.field, line=line.number, file=line.file))
            continue
        same += not is_new
        if is_new:
            known[line.item, line.system] = line.content_hash
            new.append((place, line))
    draft.lines.note_new(new)
    return len(new), same


def _compare_item(known: Mapping[Named, str], line: DraftLine) -> bool:
    """Whether the item is new. Raises Invalid where there is another one of this name."""
    content_hash = known.get((line.item, ""))
    if content_hash not in (None, line.content_hash):
        raise Invalid.at(f"{describe(line.item)} is there already, and it differs", field="item_id")
    return content_hash is None


def _refuse_other_needs(line: DraftLine, field: str) -> bool:
    """False: an item whose needs were changed since is not new. Raises Invalid where the line asks otherwise."""
    if field:
        raise Invalid.at(
            f"{describe(line.item)} is there already, and what it needs differs: that is changed under Needs",
            field=field,
        )
    return False


def _compare_generation(known: Mapping[Named, str], line: DraftLine) -> bool:
    """Whether the answer is new. Raises Invalid where its item is missing, or its system gave another one."""
    if (line.item, "") not in known:
        raise Invalid.at(f"{describe(line.item)} is none of the items", field="item_id")
    content_hash = known.get((line.item, line.system))
    if content_hash not in (None, line.content_hash):
        raise Invalid.at(f"{describe(line.system)} has another answer already", field="system")
    return content_hash is None


def _find_known(project: Project, lines: DraftStore, chunk: Sequence[DraftLine]) -> dict[Named, str]:
    """Content hashes of what the project holds, or an earlier line brought, of what these lines name."""
    named = {line.item for line in chunk}
    items = Item.objects.filter(AmongTexts(F("key"), named), project=project)
    found = list(items.values_list("pk", "key", "content_hash"))
    known = lines.find_noted(named) | {(key, ""): content_hash for _, key, content_hash in found}
    systems = {line.system for line in chunk if line.system}
    if found and systems:
        keys = {pk: key for pk, key, _ in found}
        answers = Generation.objects.filter(Among(F("item_id"), keys), AmongTexts(F("system__name"), systems))
        rows = answers.values_list("item_id", "system__name", "content_hash")
        known |= {(keys[pk], system): content_hash for pk, system, content_hash in rows.iterator()}
    return known


def _store_items(batch: Batch, draft: BatchDraft) -> None:
    ours = _describe_ours(batch)
    for chunk in take_chunks(draft.lines.list_new(generations=False), CHUNK):
        stated = [
            Needs(language, tuple(skills)) for language, skills in (line.columns["needs"] for line in chunk)
        ]
        gates = ensure_gates(project=batch.project, wanted=set(stated))
        rows = (
            line.columns
            | ours
            | _describe_own(line)
            | {"key": line.item, "gate": gates.get(needs, OPEN_TO_ALL)}
            for line, needs in zip(chunk, stated, strict=True)
        )
        insert_rows(Item, ITEM_COLUMNS, rows)


def _store_generations(batch: Batch, draft: BatchDraft) -> None:
    systems = _find_systems(batch.project, draft.lines.list_new_systems())
    ours = _describe_ours(batch) | {"is_placeholder": False}
    for chunk in take_chunks(draft.lines.list_new(generations=True), CHUNK):
        items = find_items(batch.project, {line.item for line in chunk})
        rows = (
            line.columns
            | ours
            | _describe_own(line)
            | {"item": items[line.item], "system": systems[line.system]}
            for line in chunk
        )
        insert_rows(Generation, GENERATION_COLUMNS, rows)


def _describe_ours(batch: Batch) -> Row:
    """The columns that all rows of a batch share."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    return {"created_at": now, "project": batch.project_id, "batch": batch.pk}


def _describe_own(line: NewLine) -> Row:
    return {"public_id": uuid4().hex, "content_hash": line.content_hash}


def _find_systems(project: Project, names: set[str]) -> dict[str, int]:
    """Ids by name; systems that were not known are made."""
    systems = dict(System.objects.filter(project=project).values_list("name", "pk"))
    missing = [System(project=project, name=name) for name in sorted(names - systems.keys())]
    return systems | {system.name: system.pk for system in System.objects.bulk_create(missing)}
