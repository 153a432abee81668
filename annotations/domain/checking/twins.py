"""Worsened copies of answers: proposed by rule and seed, approved by a person, then asked as checks.

Of pairs the copy is asked against its original; of scored answers by itself (`scored_copies`).
"""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.checking.degrading import DEGRADE
from annotations.domain.checking.gold import mark_gold
from annotations.domain.checking.scored_copies import ask_alone, find_criterion, list_criterion_choices
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.planning.tasks import TaskDraft, ensure_tasks
from annotations.domain.reviewing.adjudicate import find_adjudicator
from annotations.domain.showing.presentation import draw_order
from annotations.models import (
    Criterion,
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
from annotations.queries.twins import TWINS, find_pair_rubric, list_copyable
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import LARGEST_SEED, hash_content, seeded_integer

MOST_PROPOSED = 200


def list_ways_to_ask(project: Project) -> list[tuple[str, str]]:
    """How copies can be asked in the project, with words: "" as pairs, else by the name of a question."""
    pairs = [("", _("against its original, as a pair"))] if find_pair_rubric(project) else []
    return [*pairs, *list_criterion_choices(project)]


@transaction.atomic
def propose_twins(
    *, project: Project, kinds: Collection[str], count: int, seed: int, actor: User, criterion: str = ""
) -> list[Twin]:
    """Worsen so many answers in each of these ways, drawn by the seed; fewer where there are not as many.

    With a criterion (`rubric:criterion`, higher is better) they are to be scored by themselves, else to be compared
    with their originals. Nothing is asked of anybody yet. Raises Invalid where the project does neither.
    """
    if not kinds or not set(kinds) <= set(DEGRADE):
        raise Invalid.at(_("Choose in which ways answers are to be worsened."), field="kinds")
    if not 1 <= count <= MOST_PROPOSED:
        raise Invalid.at(_("1 to 200 copies are made at once."), field="count")
    if not 0 <= seed <= LARGEST_SEED:
        raise Invalid.at(_("The seed is a whole number from 0 to 2147483647."), field="seed")
    project = lock_project(project)
    asked = find_criterion(project, criterion)
    if asked is None:
        _find_rubric(project)
    made = [twin for kind in sorted(set(kinds)) for twin in _draw(project, kind, asked, count, seed)]
    Twin.objects.bulk_create(made)
    details = {"kinds": sorted(set(kinds)), "made": len(made), "seed": seed, "criterion": criterion}
    _record("propose_twins", actor, project, details=details)
    return made


@transaction.atomic
def approve_twin(*, twin: Twin, actor: User) -> Twin:
    """Ask the copy as a check from now on. Raises Conflict where that was decided before.

    Against its original, which is expected to win; or by itself, of those who scored the original.
    """
    twin.project = lock_project(twin.project)
    _decide(twin, TwinState.APPROVED, actor)
    item = _store_item(twin)
    copy = _store_generation(twin.project, item, TWINS, twin.text)
    if twin.criterion is None:
        task = _ask_against(twin, item, copy, actor)
    else:
        task = ask_alone(criterion=twin.criterion, generation=copy)
    Twin.objects.filter(pk=twin.pk).update(task=task)
    twin.task = task
    return twin


def _ask_against(twin: Twin, item: Item, copy: Generation, actor: User) -> Task:
    """The task of known answer that asks the original against its copy."""
    rubric, name = _find_rubric(twin.project), twin.generation.system.name
    original = _store_generation(twin.project, item, name, twin.generation.text or "")
    systems = {name: original.pk, TWINS: copy.pk}
    draft = TaskDraft(
        kind=TaskKind.PAIR,
        item_id=item.pk,
        item=item.key,
        rubric_id=rubric.pk,
        rubric=(rubric.key, rubric.version),
        systems=tuple(sorted(systems)),
        generations=tuple(systems[each] for each in sorted(systems)),
        turn=None,
        dealable=True,
    )
    tasks = ensure_tasks(project=twin.project, drafts={draft.identity: draft}).ids
    Task.objects.filter(pk=tasks[draft.identity]).update(state=TaskState.TWIN)
    task = Task.objects.select_related("item", "rubric").get(pk=tasks[draft.identity])
    task.project = twin.project
    order = draw_order(task=task, rater=find_adjudicator(project=twin.project), size=2)
    winner = ("first", "second")[order.index(sorted(systems).index(name))]
    preferences = rubric.criteria.filter(level=Level.PREFERENCE)
    mark_gold(task=task, ratings={criterion.key: winner for criterion in preferences}, actor=actor)
    return task


@transaction.atomic
def refuse_twin(*, twin: Twin, actor: User) -> Twin:
    """Do not use the copy. Raises Conflict where that was decided before."""
    _decide(twin, TwinState.REFUSED, actor)
    return twin


def _find_rubric(project: Project) -> Rubric:
    """The newest rubric under which pairs are compared. Raises Invalid."""
    rubric = find_pair_rubric(project)
    if rubric is None:
        raise Invalid.at(
            _("No pairs are compared in this project: say by which question copies are scored."),
            field="criterion",
        )
    return rubric


def _draw(project: Project, kind: str, criterion: Criterion | None, count: int, seed: int) -> list[Twin]:
    found = list(list_copyable(project, kind, criterion=criterion))
    found.sort(key=lambda row: seeded_integer("twin", seed, kind, row.item.key, row.content_hash))
    twins: list[Twin] = []
    for row in found:
        if len(twins) == count:
            break
        text = DEGRADE[kind](row.text or "", seed=seed)
        if text is not None:
            made = Twin(project=project, generation=row, kind=kind, criterion=criterion, seed=seed, text=text)
            twins.append(made)
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


def _store_generation(project: Project, item: Item, name: str, text: str) -> Generation:
    system, _created = System.objects.get_or_create(project=project, name=name)
    digest = hash_content([item.key, name, text])
    return Generation.objects.create(
        project=project, item=item, system=system, text=text, content_hash=digest
    )


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
