"""What the rating page shows now: a task, "come back later", or "all done"."""

import json
import uuid
from dataclasses import dataclass, replace
from typing import Any  # ratings are JSON
from uuid import UUID

from django.conf import settings
from markupsafe import Markup

from annotations.domain.queue.ahead import claim_ahead
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.daily_cap import has_given_all, has_reached_cap
from annotations.domain.queue.qualify import Progress, find_standing
from annotations.domain.showing.blinding import BlindGeneration, BlindTask, blind_task
from annotations.domain.submitting.undo import UNDO_DEPTH
from annotations.models import Assignment, Level, Rater, TaskKind
from annotations.queries.cautions import has_unseen_caution
from annotations.queries.gates import list_barred
from annotations.queries.guidelines import reads_on
from annotations.queries.open_slots import WorkLeft, count_work_left
from annotations.queries.submissions import (
    count_later_submissions,
    count_submissions,
    find_last_submission,
    find_undone,
)
from annotations.views.answered import LastAnswer, show_own_answer
from annotations.views.demands import describe_demand
from annotations.views.fields import Field, describe_fields
from annotations.views.guidelines import describe_changes
from annotations.views.texts import ShownText, holds_dialogue, show_text
from annotations.views.wording import choose_for_page
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Denied, Exhausted
from evalplatform.common.markdown import render_markdown
from evalplatform.common.text_changes import Part

LONGEST_HEARTBEAT, SHORTEST_HEARTBEAT = 60, 2


@dataclass(frozen=True, slots=True)
class Exchange:
    """A user turn and its answer, rendered; either may be empty."""

    asked: ShownText | None
    answered: ShownText | None
    rated: bool
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One conversation under the letter of its place."""

    label: str
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class TaskView:
    """A blinded task, rendered for the page; `revises` is the id of the answer that is being changed.

    `changes` is what is new in the guidelines, where anything is. `one_at_a_time`: each question follows the answer to
    the one before it.
    """

    assignment: Assignment
    kind: str
    language: str
    prompt: ShownText | None
    context: ShownText | None
    reference: ShownText | None
    is_dialogue: bool
    is_plain: bool
    columns: tuple[Column, ...]
    marks: bool
    fields: tuple[Field, ...]
    title: str
    guidelines: Markup
    client_key: str
    previous: str
    heartbeat: int
    one_at_a_time: bool = False
    revises: str = ""
    changes: tuple[Part, ...] = ()

    @property
    def rates_all(self) -> bool:
        """Whether the conversation is judged as a whole."""
        return all(exchange.rated for exchange in self.columns[0].exchanges)

    @property
    def asks_strength(self) -> bool:
        """Whether a preferred side may be said to be better by much or little."""
        return any(field.strengths for field in self.fields)

    @property
    def is_ranked_alone(self) -> bool:
        """Whether rankings are all that is asked, so that Enter ends each and sends the last."""
        return all(field.kind == "ranking" for field in self.fields)

    @property
    def needs_submit(self) -> bool:
        """Whether the last key may not be enough to end the task."""
        several = len(self.fields) > 1 or any(field.kind != "choice" for field in self.fields)
        return several or bool(self.revises)


@dataclass(frozen=True, slots=True)
class Stage:
    """All that the page needs: `state` is task, later, paused, enough, done, again (an answer to be changed), last,
    feedback (on a training answer), failed or empty (of the test before real work).

    `barred` is what the tasks ask for that are left and not for this rater, in words.

    `last` are the answers that may be changed, where they are listed. `has_caution`: the rule on checks has
    found something that the rater has not read yet. `progress` is that before real work.
    """

    state: str
    done: int
    can_undo: bool
    task: TaskView | None = None
    retry_after: int = 0
    surplus: bool = False
    left: WorkLeft | None = None
    changed: bool = False
    last: tuple[LastAnswer, ...] = ()
    has_caution: bool = False
    progress: Progress | None = None
    barred: tuple[str, ...] = ()


def open_stage(*, rater: Rater, surplus: bool = False, changed: bool = False) -> Stage:
    """Claim what comes next for this rater and describe it.

    `surplus`: their last answer came too late to count. `changed`: they have just changed an earlier one.
    """
    state, task, retry_after, left = "done", None, 0, None
    last = find_last_submission(rater=rater)
    progress: Progress | None = None
    try:
        assignment = claim_assignment(rater=rater)
    except (Denied, Exhausted) as error:
        progress = find_standing(rater=rater)
        if isinstance(error, Denied) and (progress is None or progress.state != "failed"):
            raise
        state, retry_after = _name_wait(rater, progress), getattr(error, "retry_after", 0)
    else:
        if assignment is not None:
            changes = describe_changes(assignment=assignment, last=last)
            state, task = "task", replace(describe_task(assignment=assignment), changes=changes)
            progress = find_standing(rater=assignment.rater) if assignment.slot_id is None else None
            left = count_work_left(rater=assignment.rater) if progress is None else None
    return Stage(
        state,
        count_submissions(rater=rater),
        last is not None and count_later_submissions(annotation=last) < UNDO_DEPTH,
        task,
        retry_after,
        surplus,
        left,
        changed,
        has_caution=rater.project.has_rule and has_unseen_caution(rater),
        progress=progress,
        barred=_describe_barred(rater) if state == "done" else (),
    )


def _describe_barred(rater: Rater) -> tuple[str, ...]:
    """What the tasks ask for that are left for others; nothing where the rater has given all that is taken from one."""
    return () if has_given_all(rater=rater) else tuple(map(describe_demand, list_barred(rater=rater)))


def open_ahead(*, rater: Rater, beside: UUID, surplus: bool = False) -> Stage | None:
    """What comes after the task on the screen (`beside`), as it will stand once that is answered.

    None where nothing can be leased ahead, and before a task by new guidelines, which are not read in advance.
    `surplus`: the answer just given, to the task before the one on the screen, came too late to count.
    """
    assignment = claim_ahead(rater=rater, beside=beside)
    if assignment is None or not reads_on(beside=beside, rubric=assignment.task.rubric):
        return None
    task, left = describe_task(assignment=assignment), count_work_left(rater=assignment.rater)
    done = count_submissions(rater=rater) + 1
    cautioned = rater.project.has_rule and has_unseen_caution(rater)
    return Stage("task", done, can_undo=True, task=task, surplus=surplus, left=left, has_caution=cautioned)


def _name_wait(rater: Rater, progress: Progress | None) -> str:
    """Why nothing is dealt now."""
    if progress is not None and progress.state in ("failed", "empty"):
        return progress.state
    if rater.project.paused_at:
        return "paused"
    return "enough" if has_reached_cap(rater=rater, now=database_now()) else "later"


def describe_task(*, assignment: Assignment) -> TaskView:
    """The assignment's blinded task as the page shows it."""
    blind, previous = blind_task(assignment=assignment), _read_previous(assignment)
    return present_task(assignment=assignment, blind=blind, previous=previous)


def present_task(*, assignment: Assignment, blind: BlindTask, previous: dict[str, Any]) -> TaskView:
    """A blinded task rendered for the page; reads nothing from the database."""
    rubric = assignment.task.rubric
    fields = describe_fields(blind.criteria, answers=len(blind.generations))
    marks = holds_marks(blind)
    columns = tuple(describe_column(blind, generation, marks=marks) for generation in blind.generations)
    prompt = blind.prompt if not blind.turns else ""
    if len(blind.turns) == 1:
        prompt = blind.turns[0]
    return TaskView(
        assignment=assignment,
        kind=blind.kind,
        language=blind.language,
        prompt=show_text(prompt),
        context=show_text(blind.context),
        reference=show_text(blind.reference),
        is_dialogue=holds_dialogue(prompt),
        is_plain=assignment.project.manifest.get("text") == "plain",
        columns=columns,
        marks=marks,
        fields=fields,
        title=choose_for_page(rubric.labels),
        guidelines=render_markdown(choose_for_page(rubric.instructions)),
        client_key=uuid.uuid4().hex,
        previous=json.dumps(previous),
        heartbeat=_heartbeat(),
        one_at_a_time=rubric.one_at_a_time and len(fields) > 1,
    )


def holds_marks(task: BlindTask) -> bool:
    """Whether passages of its answer are marked."""
    return task.kind == TaskKind.SINGLE and any(criterion.level == Level.SPANS for criterion in task.criteria)


def _heartbeat() -> int:
    """Seconds between renewals of the lease: often enough to miss a few."""
    return int(min(max(settings.EVALPLATFORM_ASSIGNMENT_LEASE / 5, SHORTEST_HEARTBEAT), LONGEST_HEARTBEAT))


def describe_column(task: BlindTask, generation: BlindGeneration, *, marks: bool = False) -> Column:
    """An answer with what it answers, rendered; with `marks`, so that passages of it can be marked."""
    if len(task.turns) <= 1:
        return Column(
            generation.label, (Exchange(None, show_text(generation.text, marked=marks), rated=True),)
        )
    answers = generation.turns or ("",) * (len(task.turns) - 1) + (generation.text,)
    last = len(task.turns) - 1
    return Column(
        generation.label,
        tuple(
            Exchange(
                show_text(asked),
                show_text(
                    answers[place] if place < len(answers) else "",
                    marked=marks and (task.turn is None or place == last),
                ),
                rated=task.turn is None or place == last,
                turn=place + 1,
            )
            for place, asked in enumerate(task.turns)
        ),
    )


def _read_previous(assignment: Assignment) -> dict[str, Any]:
    """What the rater had answered before undoing it, as shown: the form opens with it."""
    undone = find_undone(assignment=assignment)
    if undone is None:
        return {}
    return show_own_answer(undone, assignment)
