"""Worsened copies of answers: proposed by rule and seed, approved by a person, then asked as checks."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.adjudicate import find_adjudicator
from annotations.domain.degrading import DEGRADE
from annotations.domain.gold import mark_gold
from annotations.domain.presentation import draw_order
from annotations.domain.project_lock import lock_project
from annotations.domain.tasks import TaskDraft, ensure_tasks
from annotations.models import (
    Generation,
    Item,
    Level,
    Project,
    Rubric,
    System,
    Task,
    TaskKind,
    TaskState,
    Twin,
    TwinState,
)
from annotations.queries.twins import TWINS, list_copyable
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import LARGEST_SEED, hash_content, seeded_integer

MOST_PROPOSED = 200


@transaction.atomic
def propose_twins(
    *, project: Project, kinds: Collection[str], count: int, seed: int, actor: User
) -> list[Twin]:
    """Worsen so many answers in each of these ways, drawn by the seed; fewer where there are not as many.

    Nothing is asked of anybody yet. Raises Invalid where pairs are not compared in the project.
    """
    if not kinds or not set(kinds) <= set(DEGRADE):
        raise Invalid.at(_("Choose in which ways answers are to be worsened."), field="kinds")
    if not 1 <= count <= MOST_PROPOSED:
        raise Invalid.at(_("1 to 200 copies are made at once."), field="count")
    if not 0 <= seed <= LARGEST_SEED:
        raise Invalid.at(_("The seed is a whole number from 0 to 2147483647."), field="seed")
    project = lock_project(project)
    _find_rubric(project)
    made = [twin for kind in sorted(set(kinds)) for twin in _draw(project, kind, count=count, seed=seed)]
    Twin.objects.bulk_create(made)
    details = {"kinds": sorted(set(kinds)), "made": len(made), "seed": seed}
    _record("propose_twins", actor, project, details=details)
    return made


@transaction.atomic
def approve_twin(*, twin: Twin, actor: User) -> Twin:
    """Ask the original against its copy as a check from now on: the original is expected to win. Raises Conflict."""
    project = lock_project(twin.project)
    _decide(twin, TwinState.APPROVED, actor)
    rubric = _find_rubric(project)
    item, systems = _store_item(twin), {}
    for name, text in ((twin.generation.system.name, twin.generation.text), (TWINS, twin.text)):
        systems[name] = _store_generation(project, item, name, text or "")
    draft = TaskDraft(
        kind=TaskKind.PAIR,
        item_id=item.pk,
        item=item.key,
        rubric_id=rubric.pk,
        rubric=(rubric.key, rubric.version),
        systems=tuple(sorted(systems)),
        generations=tuple(systems[name] for name in sorted(systems)),
        turn=None,
        dealable=True,
    )
    tasks = ensure_tasks(project=project, drafts={draft.identity: draft}).ids
    Task.objects.filter(pk=tasks[draft.identity]).update(state=TaskState.TWIN)
    task = Task.objects.select_related("item", "rubric").get(pk=tasks[draft.identity])
    task.project = project
    original = sorted(systems).index(twin.generation.system.name)
    order = draw_order(task=task, rater=find_adjudicator(project=project), size=2)
    winner = ("first", "second")[order.index(original)]
    preferences = rubric.criteria.filter(level=Level.PREFERENCE)
    mark_gold(task=task, ratings={criterion.key: winner for criterion in preferences}, actor=actor)
    Twin.objects.filter(pk=twin.pk).update(task=task)
    twin.task = task
    return twin


@transaction.atomic
def refuse_twin(*, twin: Twin, actor: User) -> Twin:
    """Do not use the copy. Raises Conflict where that was decided before."""
    _decide(twin, TwinState.REFUSED, actor)
    return twin


def _find_rubric(project: Project) -> Rubric:
    """The newest rubric under which pairs are compared. Raises Invalid."""
    pairs = Rubric.objects.filter(project=project, task_kind=TaskKind.PAIR)
    rubric = pairs.filter(criteria__level=Level.PREFERENCE).order_by("-version", "-pk").first()
    if rubric is None:
        raise Invalid.at(
            _("Copies are asked as pairs, and no pairs are compared in this project."), field="kinds"
        )
    return rubric


def _draw(project: Project, kind: str, *, count: int, seed: int) -> list[Twin]:
    found = list(list_copyable(project, kind))
    found.sort(key=lambda row: seeded_integer("twin", seed, kind, row.item.key, row.content_hash))
    twins: list[Twin] = []
    for row in found:
        if len(twins) == count:
            break
        text = DEGRADE[kind](row.text or "", seed=seed)
        if text is not None:
            twins.append(Twin(project=project, generation=row, kind=kind, seed=seed, text=text))
    return twins


def _store_item(twin: Twin) -> Item:
    origin = twin.generation.item
    origin.refresh_from_db(fields=["gate"])  # read before the project was locked
    attributes = {**origin.attributes, "twin_of": origin.key, "twin_kind": twin.kind}
    key = f"twin-{twin.public_id}"
    return Item.objects.create(
        project=twin.project,
        key=key,
        prompt=origin.prompt,
        context=origin.context,
        reference=origin.reference,
        language=origin.language,
        attributes=attributes,
        gate=origin.gate,
        content_hash=hash_content([key, origin.content_hash]),
    )


def _store_generation(project: Project, item: Item, name: str, text: str) -> int:
    system, _created = System.objects.get_or_create(project=project, name=name)
    digest = hash_content([item.key, name, text])
    return Generation.objects.create(
        project=project, item=item, system=system, text=text, content_hash=digest
    ).pk


def _decide(twin: Twin, state: TwinState, actor: User) -> None:
    proposed = Twin.objects.filter(pk=twin.pk, state=TwinState.PROPOSED)
    if not proposed.update(state=state, decided_by=actor, decided_at=database_now()):
        raise Conflict(_("This has been decided already."))
    twin.state = state
    _record(f"{'approve' if state == TwinState.APPROVED else 'refuse'}_twin", actor, twin.project, twin=twin)


def _record(
    action: str,
    actor: User,
    project: Project,
    *,
    twin: Twin | None = None,
    details: dict[str, object] | None = None,
) -> None:
    record_event(
        actor=actor,
        action=action,
        target="project" if twin is None else "twin",
        target_id=project.public_id if twin is None else twin.public_id,
        project=project.public_id,
        details=details,
    )
