"""Known answers under a later version of their rubric: a check is asked by the newest words, or by none.

The task that was asked by the old words keeps its answers and what they prove. A copy under the new version, with the
expected answer to every question that is still asked, takes over from it: by itself where these questions say the same
word for word, else once a researcher has approved it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.asking.rubrics import mark_rubrics_used
from annotations.domain.checking.known_marks import can_compare
from annotations.domain.checking.known_versions import find_first, is_same_question
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.planning.move_tasks import list_systems, name_task
from annotations.domain.reading.answers import RatingDraft
from annotations.domain.reading.reference_answers import store_reference
from annotations.domain.showing.presentation import read_order
from annotations.models import (
    Annotation,
    Criterion,
    Phase,
    Project,
    Rating,
    Rubric,
    Slot,
    SlotState,
    Task,
    TaskGeneration,
    TaskState,
    Twin,
)
from annotations.queries.checks import find_expected, list_unrenewed
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Missing
from evalplatform.common.hashing import hash_content

VALUES = ("number", "code", "text", "spans", "absent")


@dataclass(frozen=True, slots=True)
class Renewed:
    """Known answers of earlier versions: how many hold for the newest, and how many wait for a researcher's word."""

    kept: int
    waiting: int


def renew_known(*, rubric: Rubric) -> Renewed:
    """Take over what holds word for word; call it in the transaction that makes the version."""
    kept, waiting = 0, 0
    for task in list_unrenewed(rubric.project).filter(rubric__key=rubric.key):
        if renew_task(task=task, rubric=rubric) is None:
            waiting += 1
        else:
            kept += 1
    return Renewed(kept, waiting)


def renew_task(*, task: Task, rubric: Rubric) -> Task | None:
    """The copy under this version, where all questions of the expected answer that it asks say the same; else None."""
    expected, asked = find_expected(task), {criterion.key: criterion for criterion in rubric.criteria.all()}
    if expected is None:
        return None
    still = [rating for rating in expected.ratings.all() if rating.criterion.key in asked]
    if not all(is_same_question(rating.criterion, asked[rating.criterion.key]) for rating in still):
        return None
    return _take_over(task, rubric, expected, still)


@transaction.atomic
def approve_known(*, project: Project, actor: User, tasks: Collection[UUID] | None = None) -> int:
    """Say that these expected answers (of tasks that wait; None: all) hold for the newest words; returns how many.

    Without names, what cannot be taken over is passed by. Raises Missing for a task that does not wait, and Conflict
    for one none of whose questions is asked any more, or that is dealt under the newest version already.
    """
    project = lock_project(project)
    waiting = list(list_unrenewed(project))
    if tasks is not None:
        waiting = [task for task in waiting if task.public_id in tasks]
        if len(waiting) != len(set(tasks)):
            raise Missing(_("No known answer of this name waits."))
    approved = 0
    for task in waiting:
        if _approve(task) is not None:
            record_event(
                actor=actor,
                action="approve_known",
                target="task",
                target_id=task.public_id,
                project=project.public_id,
            )
            approved += 1
        elif tasks is not None:
            raise Conflict(
                _("None of its questions is asked any more, or its task is dealt under the newest version.")
            )
    return approved


def _approve(task: Task) -> Task | None:
    rubric = find_newest(task)
    expected, asked = find_expected(task), set(rubric.criteria.values_list("key", flat=True))
    if expected is None:
        return None
    still = [rating for rating in expected.ratings.all() if rating.criterion.key in asked]
    return _take_over(task, rubric, expected, still)


def find_newest(task: Task) -> Rubric:
    """The newest version of the task's rubric."""
    versions = Rubric.objects.filter(project=task.project_id, key=task.rubric.key)
    return versions.order_by("-version")[0]


def _take_over(task: Task, rubric: Rubric, expected: Annotation, ratings: Sequence[Rating]) -> Task | None:
    """None where nothing is left to compare, or where such a task is dealt. One taken back before is asked again."""
    asked = {criterion.key: criterion for criterion in rubric.criteria.all()}
    drafts = [_draft(rating, asked[rating.criterion.key]) for rating in ratings]
    identity = name_task(task, rubric, list_systems([task])[task.pk])
    if not can_compare(drafts):
        return None
    held = Task.objects.filter(project=task.project_id, identity=identity).first()
    if held is not None and held.state != TaskState.WITHDRAWN:
        return None
    made = copy_task(task, rubric, identity) if held is None else _revive(held, task)
    mark_rubrics_used(rubrics=Rubric.objects.filter(pk=rubric.pk), now=database_now())
    store_reference(
        task=made,
        rater=expected.rater,
        drafts=drafts,
        order=read_order(expected.shown_order, made.positions.count()),
        digest=hash_content([draft.describe() for draft in drafts]),
        supersedes=None,
        phase=Phase.CHECK,  # the first is in the figures already
    )
    Twin.objects.filter(task=task).update(task=made)
    return made


def _revive(held: Task, task: Task) -> Task:
    """The task that was taken back together with the known answer, which nobody had met by these words."""
    held.state, held.renewed_from_id = task.state, find_first(task)
    held.save(update_fields=["state", "renewed_from"])
    return held


def copy_task(task: Task, rubric: Rubric, identity: str) -> Task:
    """The same task under another version of its rubric, with places that are as withdrawn as its own."""
    made = Task.objects.create(
        project_id=task.project_id,
        kind=task.kind,
        item=task.item,
        rubric=rubric,
        turn=task.turn,
        context=task.context,
        identity=identity,
        rank=task.rank,
        priority=task.priority,
        state=task.state,
        gate=task.gate,
        renewed_from_id=find_first(task),
    )
    TaskGeneration.objects.bulk_create(
        TaskGeneration(
            project_id=task.project_id, task=made, generation_id=part.generation_id, position=part.position
        )
        for part in task.positions.order_by("position")
    )
    Slot.objects.bulk_create(
        Slot(
            project_id=task.project_id,
            task=made,
            number=place.number,
            rank=place.rank,
            state=place.state,
            gate=place.gate,
        )
        for place in Slot.objects.filter(task=task, state=SlotState.WITHDRAWN).order_by("number")
    )
    return made


def _draft(rating: Rating, criterion: Criterion) -> RatingDraft:
    field = next(name for name in VALUES if getattr(rating, name) is not None)
    meta = rating.meta or {}
    return RatingDraft(
        criterion,
        field,
        getattr(rating, field),
        rating.rationale,
        rating.confidence,
        meta.get("strength"),
        meta.get("marks_apart"),
    )
