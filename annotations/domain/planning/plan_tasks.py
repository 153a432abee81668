"""Tasks from items and generations, by the project's rubrics and pairing policy."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.db.models import F

from annotations.domain.asking.pairing import Pairing
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.planning.tasks import HAS_TEXT, WHOLE, TaskDraft, ensure_tasks, find_answered
from annotations.models import Generation, Item, Project, Rubric, Task, TaskKind
from annotations.queries.twins import is_of_copy
from annotations.queries.withdrawn import is_withdrawn
from evalplatform.common.among import Among, AmongTexts
from evalplatform.common.chunks import take_chunks

CHUNK = 500  # items


@dataclass(slots=True)
class _ItemFacts:
    pk: int
    key: str
    asked: int
    generations: dict[str, tuple[int, frozenset[int]]] = field(default_factory=dict)  # by system


@transaction.atomic
def plan_tasks(*, project: Project, items: Collection[int] | None = None) -> int:
    """Create the tasks that are still missing, under the newest version of each rubric; returns how many.

    What an earlier version already asks is not asked again: its tasks stay or move (see `rubric_versions`).
    `items` (ids) limits the work to those that changed. Raises Invalid where the pairing policy is none.
    """
    # One planner at a time: two would create the same task.
    project = lock_project(project)
    pairing = Pairing.read(project.pairing)
    rubrics = _find_newest_rubrics(project)
    # An item's tasks are made with one chunk: none of them comes up again.
    are_new = items is None and not Task.objects.filter(project=project).exists()
    created = 0
    for chunk in _list_chunks(project, items):
        facts = _read_items(project, chunk)
        drafts = {
            draft.identity: draft
            for item in facts
            for rubric in rubrics
            for draft in _draft_tasks(item, rubric, pairing)
        }
        wanted = _drop_begun(project, drafts)
        created += len(ensure_tasks(project=project, drafts=wanted, are_new=are_new).new)
    return created


def _drop_begun(project: Project, drafts: dict[str, TaskDraft]) -> dict[str, TaskDraft]:
    """Without those that a task of an earlier version of their rubric asks."""
    latest = max((draft.rubric[1] for draft in drafts.values()), default=1)
    for version in range(1, latest):
        earlier = {
            replace(draft, rubric=(draft.rubric[0], version)).identity: identity
            for identity, draft in drafts.items()
            if draft.rubric[1] > version
        }
        asked = Task.objects.filter(AmongTexts(F("identity"), earlier), project=project)
        begun = {earlier[identity] for identity in asked.values_list("identity", flat=True)}
        drafts = {identity: draft for identity, draft in drafts.items() if identity not in begun}
    return drafts


def _list_chunks(project: Project, items: Collection[int] | None) -> Iterator[list[int]]:
    """These items (ids), or all of the project's, a few at a time."""
    if items is not None:
        yield from take_chunks(sorted(items), CHUNK)
        return
    # One query for all, read as it is needed: ids of a large project are not held at once.
    every = Item.objects.filter(project=project).order_by("pk").values_list("pk", flat=True)
    yield from take_chunks(every.iterator(chunk_size=CHUNK), CHUNK)


def _find_newest_rubrics(project: Project) -> list[Rubric]:
    newest = {rubric.key: rubric for rubric in Rubric.objects.filter(project=project).order_by("version")}
    return list(newest.values())


def _read_items(project: Project, ids: Collection[int]) -> list[_ItemFacts]:
    rows = Item.objects.filter(
        ~is_withdrawn(), ~is_of_copy(), Among(F("pk"), ids), project=project, tombstoned_at=None
    )
    facts = {
        pk: _ItemFacts(pk, key, len(turns or ())) for pk, key, turns in rows.values_list("pk", "key", "turns")
    }
    generations = Generation.objects.filter(Among(F("item_id"), facts), tombstoned_at=None)
    for row in generations.values_list("pk", "item_id", "system__name", HAS_TEXT, "turns"):
        pk, item, system, has_text, turns = row
        answered = find_answered(turns, has_text=has_text, asked=facts[item].asked)
        facts[item].generations[system] = (pk, answered)
    return list(facts.values())


def _draft_tasks(item: _ItemFacts, rubric: Rubric, pairing: Pairing) -> Iterator[TaskDraft]:
    groups: list[tuple[str, ...]] = []
    if rubric.task_kind == TaskKind.SINGLE:
        groups = [(system,) for system in item.generations]
    elif rubric.task_kind == TaskKind.PAIR:
        groups = [*pairing.choose_pairs(item.key, list(item.generations))]
    elif rubric.task_kind == TaskKind.RANKING:
        groups = [*pairing.choose_rankings(item.key, list(item.generations))]
    for turn in pairing.choose_turns(rubric.key, item.asked):
        for systems in groups:
            yield TaskDraft(
                kind=TaskKind(rubric.task_kind),
                item_id=item.pk,
                item=item.key,
                rubric_id=rubric.pk,
                rubric=(rubric.key, rubric.version),
                systems=systems,
                generations=tuple(item.generations[system][0] for system in systems),
                turn=turn,
                dealable=all((turn or WHOLE) in item.generations[system][1] for system in systems),
            )
