"""Tasks of known answer: they leave the queue and are asked as checks, looking like all others, or in training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # ratings come as JSON

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from annotations.domain.asking.rubrics import mark_rubrics_used
from annotations.domain.checking.cautions import recount_cautions
from annotations.domain.checking.known_marks import UNSAID, Share, Unsaid, keep_marks_apart, set_marks_apart
from annotations.domain.checking.known_versions import (
    choose_dealt,
    correct_same,
    list_family,
    list_same,
    part_family,
)
from annotations.domain.checking.renew_known import find_newest, renew_task
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.locks.rater_lock import hold_workers
from annotations.domain.queue.qualify import recount_trials
from annotations.domain.queue.raters import wake_raters
from annotations.domain.reading.answers import RatingDraft, read_answers
from annotations.domain.reading.reference_answers import store_reference
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.reviewing.adjudicate import find_adjudicator
from annotations.domain.showing.presentation import count_shown, draw_order
from annotations.models import (
    KNOWN,
    Annotation,
    Phase,
    Project,
    Rater,
    RaterKind,
    Rubric,
    Slot,
    SlotState,
    Task,
    TaskState,
    Twin,
    TwinState,
)
from annotations.queries.checks import GOLD, find_expected
from annotations.queries.waves import is_dealt, was_drawn
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict
from evalplatform.common.hashing import hash_content


@transaction.atomic
def mark_gold(
    *,
    task: Task,
    ratings: Mapping[str, Any],
    actor: User,
    training: bool = False,
    marks_apart: Share = UNSAID,
    held: bool = False,
) -> Annotation:
    """Keep the expected answer, in terms of what reviewers are shown of the task, and ask the task as a check alone.

    With `training` it is asked of raters before their real work instead, and they are shown what is expected.

    It stands as an answer of the reference rater `known answers`; a later one takes its place. Who holds the task may
    still answer it. `marks_apart` is the share, 0 to 1, that marks may lie apart from expected ones; None: they are not
    compared; unsaid: as the answer says that stands, else the usual share.

    `held` is said by callers who hold the workers of all their tasks (`hold_workers`). Raises Invalid for
    illegal ratings and where none can be compared, Conflict for a task that cannot be dealt and for one that a wave
    drew.
    """
    project = lock_project(task.project)
    current = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    if current.state not in (TaskState.OPEN, *KNOWN):
        raise Conflict(_("This task is not dealt to people: it cannot be a check."))
    if was_drawn(task=task):
        raise Conflict(_("This task was drawn in a wave, whose figures would miss it: it cannot be a check."))
    same = list_same(current)
    if not held:
        hold_workers(project=project, tasks=[task.pk, *(each.pk for each in same)])
    annotation = _keep_expected(task, _read_expected(task, ratings, marks_apart), same)
    mark_rubrics_used(rubrics=Rubric.objects.filter(pk=task.rubric_id), now=database_now())
    state = TaskState.TRAINING if training else TaskState.GOLD
    if current.state == TaskState.TWIN:
        state = TaskState.TWIN
    Task.objects.filter(pk=task.pk).update(state=state)
    if current.state == TaskState.OPEN:
        unused = Slot.objects.filter(task=task, state__in=(SlotState.FREE, SlotState.WAITING))
        unused.update(state=SlotState.WITHDRAWN)
    if current.state != state:
        _record(task, actor, "mark_training" if training else "mark_gold")
    if not task.renewals.exists():
        newest = find_newest(task)
        if newest.pk != task.rubric_id:
            task.state = state
            renew_task(task=task, rubric=newest)
    _count_again(project, actor)
    task.project, task.state = project, state
    return annotation


@transaction.atomic
def unmark_gold(*, task: Task, actor: User, held: bool = False) -> None:
    """Deal the task like any other again; its expected answer is superseded. The same again changes nothing.

    Not to people who met it as a check: nobody is asked the same as a first answer twice. A worsened copy is asked
    of nobody any more. What other versions of the rubric expect word for word as this one does is taken back with it.
    `held` is said by callers who hold the workers of all versions' tasks (`hold_workers`).
    """
    project = lock_project(task.project)
    current = Task.objects.select_related("rubric", "project").get(pk=task.pk)
    if current.state == TaskState.COPY:
        _take_copy_back(current, actor, held=held)
        task.state = TaskState.WITHDRAWN
        return
    if current.state not in KNOWN:
        return
    taken_back = [current, *list_same(current)]
    if not held:
        hold_workers(project=project, tasks=[each.pk for each in taken_back])
    dealt = choose_dealt(current, taken_back)
    for each in taken_back:
        is_dealt_again = dealt is not None and each.pk == dealt.pk
        each.state = TaskState.OPEN if is_dealt_again else TaskState.WITHDRAWN
        _take_back(each)
    if dealt is not None:
        part_family(current)
    task.state = current.state
    Project.objects.filter(pk=task.project_id).update(queue_epoch=F("queue_epoch") + 1)
    wake_raters(project=task.project)
    _record(task, actor, "unmark_gold")
    _count_again(task.project, actor)


def _take_copy_back(task: Task, actor: User, *, held: bool) -> None:
    """Ask the copy of nobody any more, by the words of no version; nothing was expected of it."""
    ids = [version.pk for version in list_family(task)]
    if not held:
        hold_workers(project=task.project, tasks=ids)
    Task.objects.filter(pk__in=ids).update(state=TaskState.WITHDRAWN)
    Twin.objects.filter(task__in=ids).update(state=TwinState.REFUSED)
    _record(task, actor, "unmark_gold")


def _take_back(task: Task) -> None:
    """Retract what was expected, and give the task its state and its places theirs."""
    Task.objects.filter(pk=task.pk).update(state=task.state)
    Twin.objects.filter(task=task).update(state=TwinState.REFUSED)
    expected = Annotation.objects.filter(task=task, is_current=True, rater__kind=RaterKind.REFERENCE)
    expected.filter(rater__name=GOLD).update(is_current=False, retracted_at=database_now())
    if task.state == TaskState.OPEN:
        state = SlotState.FREE if is_dealt(task=task) else SlotState.WAITING
        Slot.objects.filter(task=task, state=SlotState.WITHDRAWN).update(state=state)


def _count_again(project: Project, actor: User) -> None:
    """What followed from checks holds by the known answers that stand, or goes."""
    recount_cautions(project=project, actor=actor)
    recount_trials(project=project, actor=actor)


@dataclass(frozen=True, slots=True)
class _Expected:
    """An expected answer, read, and the order in which reviewers are shown what it is about."""

    drafts: list[RatingDraft]
    order: tuple[int, ...]


def _read_expected(task: Task, ratings: Mapping[str, Any], marks_apart: Share) -> _Expected:
    order = draw_order(task=task, rater=find_adjudicator(project=task.project), size=count_shown(task))
    drafts = read_answers(
        criteria=task.rubric.criteria.all(), raw=ratings, order=order, texts=ShownTexts(task)
    )
    if isinstance(marks_apart, Unsaid):
        return _Expected(keep_marks_apart(drafts, standing=find_expected(task)), order)
    return _Expected(set_marks_apart(drafts, share=marks_apart), order)


def _keep_expected(task: Task, expected: _Expected, same: Sequence[Task]) -> Annotation:
    drafts, order = expected.drafts, expected.order
    rater, _created = Rater.objects.get_or_create(project=task.project, kind=RaterKind.REFERENCE, name=GOLD)
    digest = hash_content([draft.describe() for draft in drafts])
    held = Annotation.objects.filter(task=task, rater=rater, is_current=True)
    standing = held.first()
    if standing is not None and standing.content_hash == digest:
        return standing
    held.update(is_current=False)
    correct_same(tasks=same, drafts=drafts, order=order)
    is_copy = task.state == TaskState.TWIN or task.renewed_from_id is not None
    return store_reference(
        task=task,
        rater=rater,
        drafts=drafts,
        order=order,
        digest=digest,
        supersedes=standing,
        phase=Phase.CHECK if is_copy else Phase.INDEPENDENT,  # no figure is about copies
    )


def _record(task: Task, actor: User, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        target="task",
        target_id=task.public_id,
        project=task.project.public_id,
    )
