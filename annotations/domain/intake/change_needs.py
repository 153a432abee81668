"""What items ask of raters, changed while people work: a few items at a time, so that nobody waits for long.

A step waits for the project alone. Of what somebody has in hand this very moment (a claim, an answer, a judge's plan)
it takes nothing: those items come again in a later step. So it stands in nobody's way, and waits in no circle.
"""

import time
from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from annotations.domain.formats.needs import LANGUAGE, SKILLS, Needs
from annotations.domain.intake.known_items import drop_needs
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.queue.gates import ensure_gates, find_gate
from annotations.models import OPEN_TO_ALL, Batch, Item, Project, Slot, Task
from annotations.queries.gates import Demand, list_demands
from annotations.queries.needs import list_behind_others, list_copies, list_items_of, list_unknown_keys
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.among import Among
from evalplatform.common.errors import Invalid

CHUNK: Final = 200  # items a step: most of what a step costs, it costs for one item too
MOST_ITEMS: Final = 10_000  # named at once
SECONDS: Final = 10.0  # then somebody else has a turn: a request is answered
PAUSE: Final = 0.02  # seconds, before what somebody had in hand is looked at again
MOST_TOLD = 5  # names that are none


@dataclass(frozen=True, slots=True)
class NeedsChange:
    """How many of the items ask for something else now; `left`: the same again changes those too."""

    items: int
    left: int


def change_needs(
    *,
    project: Project,
    needs: Needs,
    actor: User,
    keys: Collection[str] | None = None,
    batch: Batch | None = None,
    seconds: float = SECONDS,
) -> NeedsChange:
    """Let these items (by their keys, or those that came with a batch) ask for this of raters, and for nothing else.

    Their tasks and free places go behind the gate that asks for it, worsened copies too. Leases go on, answers stay.
    The same again changes nothing. It gives way after so many seconds: what is left then, the same call goes on with.
    Raises Invalid for keys that name no item, and where the project would have too many different sets.
    """
    chosen = _choose(project, keys, batch)
    waiting = deque(_list_waiting(project, [*chosen, *list_copies(chosen)], needs))
    wanted, ends, changed, looked_again = set(chosen), time.monotonic() + seconds, 0, False
    while waiting:
        some, began = [waiting.popleft() for _ in range(min(CHUNK, len(waiting)))], time.monotonic()
        done = _step(project, some, needs, actor)
        changed += len(wanted & done)
        waiting.extend(pk for pk in some if pk not in done)
        if not waiting and not looked_again:
            # A copy that was approved before its original moved asks for what that asked for.
            waiting.extend(_list_waiting(project, list_copies(chosen), needs))
            looked_again = True
        if time.monotonic() >= ends:
            break
        if not done:
            time.sleep(PAUSE)
        elif connection.vendor == "sqlite":  # who waits for its one writer only looks now and then
            time.sleep(time.monotonic() - began)
    return NeedsChange(changed, len(wanted.intersection(waiting)) or len(waiting))  # copies come last


def _list_waiting(project: Project, items: Sequence[int], needs: Needs) -> list[int]:
    return list_behind_others(items, gate=find_gate(project=project, needs=needs))


def _choose(project: Project, keys: Collection[str] | None, batch: Batch | None) -> list[int]:
    if (keys is None) == (batch is None):
        raise Invalid.at(_("Choose a batch, or name items; not both."), field="items")
    if keys is not None:
        if not 1 <= len(keys) <= MOST_ITEMS:
            raise Invalid.at(_("Name 1 to 10,000 items at once."), field="items")
        if unknown := list_unknown_keys(project=project, keys=keys):
            names = ", ".join(map(_show_name, unknown[:MOST_TOLD]))
            raise Invalid.at(_("There is no item of this name: %(names)s") % {"names": names}, field="items")
    return list_items_of(project=project, keys=keys, batch=batch)


def _show_name(name: str) -> str:
    """In quotes where spaces stand at its ends, which nobody would see else."""
    return name if name == name.strip() else _("“%(quote)s”") % {"quote": name}


@transaction.atomic
def _step(project: Project, items: Sequence[int], needs: Needs, actor: User) -> set[int]:
    """Change those of these items (ids) that nobody has in hand; returns them.

    Whoever looks for work from then on begins at the start of the queue, where places may lie that they were not dealt
    before.
    """
    project = lock_project(project)
    gate = ensure_gates(project=project, wanted=[needs]).get(needs, OPEN_TO_ALL)
    held = _hold(items)
    if not held:
        return held
    _record(project, held, needs, actor)
    tasks = Task.objects.filter(Among(F("item_id"), held))
    Slot.objects.filter(Among(F("task_id"), list(tasks.values_list("pk", flat=True)))).update(gate=gate)
    tasks.update(gate=gate)
    Item.objects.filter(Among(F("id"), held)).update(gate=gate)
    _forget_stated(held)
    Project.objects.filter(pk=project.pk).update(queue_epoch=F("queue_epoch") + 1)
    return held


def _hold(items: Sequence[int]) -> set[int]:
    """Those of these items (ids) of which this transaction alone has every task and place in hand.

    Planners of tasks and places hold the project: there are no more of them than are found here.
    """
    if not connection.features.has_select_for_update:
        return set(items)  # its one writer has everything in hand
    tasks = dict(Task.objects.filter(Among(F("item_id"), items)).values_list("pk", "item"))
    places = Slot.objects.filter(Among(F("task_id"), tasks)).order_by("pk")
    wanted = Counter(tasks.values()) + Counter(tasks[task] for task in places.values_list("task", flat=True))
    free_tasks = Task.objects.filter(Among(F("id"), tasks)).order_by("pk")
    mine = Counter(
        free_tasks.select_for_update(no_key=True, skip_locked=True).values_list("item", flat=True)
    ) + Counter(
        tasks[task]
        for task in places.select_for_update(no_key=True, skip_locked=True).values_list("task", flat=True)
    )
    return {pk for pk in items if mine[pk] == wanted[pk]}


def _forget_stated(items: Collection[int]) -> None:
    """What a line said of needs in words of its own (`"law; chess"`) is not what is exported any more."""
    changed = []
    for item in Item.objects.filter(Among(F("id"), items)).exclude(source={}).only("source"):
        kept = drop_needs(item.source)
        if kept != item.source:
            item.source = kept
            changed.append(item)
    if changed:
        Item.objects.bulk_update(changed, ["source"])


def _record(project: Project, items: Collection[int], needs: Needs, actor: User) -> None:
    """An event for each set of needs that items had, with their ids."""
    demands = list_demands(project)
    before: dict[int, list[str]] = {}
    rows = Item.objects.filter(Among(F("id"), items)).order_by("pk")
    for number, public_id in rows.values_list("gate", "public_id"):
        before.setdefault(number, []).append(str(public_id))
    for number, ids in before.items():
        demand = demands.get(number, Demand("", ()))
        record_event(
            actor=actor,
            action="change_needs",
            target="project",
            target_id=project.public_id,
            project=project.public_id,
            details={
                LANGUAGE: needs.language,
                SKILLS: list(needs.skills),
                "before": {LANGUAGE: demand.language, SKILLS: list(demand.skills)},
                "items": ids,
            },
        )
