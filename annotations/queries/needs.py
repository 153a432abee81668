"""What the items of a project ask of raters, and which items ask for something else."""

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from django.db.models import Count

from annotations.models import OPEN_TO_ALL, Batch, Item, Project, Slot, SlotState, TaskState, Twin
from annotations.queries.gates import Demand, list_demands
from annotations.queries.twins import is_of_copy
from evalplatform.common.chunks import take_chunks

CHUNK: Final = 500
MOST_BATCHES: Final = 50


class NeedsLine(NamedTuple):
    """One set of needs: how many items ask for it, and how many of their tasks wait for people."""

    language: str
    skills: tuple[str, ...]
    items: int
    tasks: int


def list_needs(project: Project) -> list[NeedsLine]:
    """Every set of needs that items have, the most items first; what asks for nothing is a set too.

    Worsened copies are no items of their own here.
    """
    asked = Item.objects.filter(~is_of_copy(), project=project)
    items = asked.order_by("gate").values_list("gate").annotate(Count("pk"))
    waiting = Slot.objects.filter(
        project=project, state__in=(SlotState.FREE, SlotState.WAITING), task__state=TaskState.OPEN
    )
    tasks = dict(waiting.order_by("gate").values_list("gate").annotate(Count("task", distinct=True)))
    demands = {OPEN_TO_ALL: Demand("", ())} | list_demands(project)
    lines = [
        NeedsLine(demand.language, demand.skills, count, tasks.get(gate, 0))
        for gate, count in items
        if (demand := demands.get(gate)) is not None  # else made after the sets were read
    ]
    return sorted(lines, key=lambda line: (-line.items, line.language, line.skills))


def list_unknown_keys(*, project: Project, keys: Collection[str]) -> list[str]:
    """Those of these keys that name no item of the project, in order."""
    known: set[str] = set()
    for chunk in take_chunks(keys, CHUNK):
        known.update(Item.objects.filter(project=project, key__in=chunk).values_list("key", flat=True))
    return sorted(set(keys) - known)


def list_items_of(*, project: Project, keys: Collection[str] | None, batch: Batch | None) -> list[int]:
    """Items (ids) of these keys, or all that came with the batch, in order."""
    if keys is None:
        came = Item.objects.filter(project=project, batch=batch)
        return list(came.order_by("pk").values_list("pk", flat=True))
    found: set[int] = set()
    for chunk in take_chunks(keys, CHUNK):
        found.update(Item.objects.filter(project=project, key__in=chunk).values_list("pk", flat=True))
    return sorted(found)


def list_copies(items: Sequence[int]) -> list[int]:
    """Items (ids) of the worsened copies that were made from answers to these items."""
    found: set[int] = set()
    for chunk in take_chunks(items, CHUNK):
        made = Twin.objects.filter(generation__item__in=chunk, task__isnull=False)
        found.update(made.values_list("task__item", flat=True))
    return sorted(found - set(items))


def list_behind_others(items: Sequence[int], *, gate: int | None) -> list[int]:
    """Those of these items (ids) that do not stand behind the gate of this number (None: one that is not there yet)."""
    if gate is None:
        return list(items)
    same: set[int] = set()
    for chunk in take_chunks(items, CHUNK):
        same.update(Item.objects.filter(pk__in=chunk, gate=gate).values_list("pk", flat=True))
    return [pk for pk in items if pk not in same]


def list_newest_batches(project: Project) -> list[Batch]:
    """The newest batches that brought items."""
    brought = Batch.objects.filter(project=project, counts__items__gt=0).order_by("-pk")
    return list(brought[:MOST_BATCHES])
