"""Many known answers at once: from lines that name items and systems, or from what a reference rater has said."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # values are JSON

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.checking.gold import mark_gold
from annotations.domain.checking.known_marks import UNSAID, Share, read_stored_marks
from annotations.domain.formats.tables import read_table
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.locks.rater_lock import hold_workers
from annotations.domain.reading.shown_answers import show_ratings
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.reviewing.adjudicate import find_adjudicator
from annotations.domain.showing.presentation import count_shown, draw_order
from annotations.models import Criterion, Level, Project, Task
from annotations.queries.known_answers import NamedTask, list_adoptable, list_named_tasks
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Fault, Invalid
from evalplatform.common.hashing import seeded_integer

MOST_LINES = 500
LAST_TURN = 1_000  # more than any conversation has
MOST_DIGITS = 4  # of a turn
SIDES = ("first", "second")
YES = frozenset({"1", "true", "yes", "да"})
FIELDS = frozenset({"item", "systems", "turn", "training", "why", "marks_apart"})


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What is expected of the task of this item (key) and these systems: of a preference, the name of who wins.

    `turn` is the turn of a conversation that the task asks about, 1 the first; None: the whole. Marked passages count
    in the stored text; `marks_apart` is the share of them, 0 to 1, that may lie apart, None: they are not compared;
    unsaid: as the answer says that stands.
    """

    item: str
    systems: frozenset[str]
    values: Mapping[str, Any]
    turn: int | None = None
    training: bool = False
    why: str = ""
    marks_apart: Share = UNSAID
    line: int | None = None


def read_known_answers(content: bytes) -> list[KnownAnswer]:
    """Lines of a file: `item`, `systems` (`a|b`), `turn`, `training`, `why`, `marks_apart`, a column a criterion.

    Raises Invalid where the file or a line cannot be read.
    """
    answers: list[KnownAnswer] = []
    faults: list[Fault] = []
    for line, row in read_table(lambda: io.BytesIO(content), row_has="item").read_rows():
        if isinstance(row, Fault):
            faults.append(row)
            continue
        try:
            answers.append(_read_row(line, row))
        except Invalid as error:
            faults += [Fault(fault.message, field=fault.field, line=line) for fault in error.faults]
    if faults:
        raise Invalid(_("The file has lines that cannot be read."), faults=tuple(faults))
    return answers


@transaction.atomic
def keep_known_answers(*, project: Project, answers: Sequence[KnownAnswer], actor: User) -> int:
    """Make all of these tasks checks, or training tasks, with their answers; returns how many. Safe to send again.

    All or none: raises Invalid, which names every line that names no task or whose values are not legal.
    """
    if not 1 <= len(answers) <= MOST_LINES:
        raise Invalid.at(_("1 to 500 known answers are taken at once."), field="answers")
    project = lock_project(project)
    named = list_named_tasks(project=project, items={answer.item for answer in answers})
    hold_workers(project=project, tasks=[task.pk for tasks in named.values() for task, _systems in tasks])
    faults: list[Fault] = []
    for place, answer in enumerate(answers, start=1):
        line = answer.line or place
        try:
            _keep(project, answer, named.get(answer.item, []), actor)
        except (Invalid, Conflict) as error:
            found = error.faults or (Fault(error.detail),)
            faults += [Fault(fault.message, field=fault.field, line=line) for fault in found]
    if faults:
        raise Invalid(_("Some known answers cannot be kept; none is."), faults=tuple(faults))
    return len(answers)


@transaction.atomic
def adopt_answers(
    *, project: Project, rater: str, count: int, actor: User, marks_apart: Share = UNSAID
) -> int:
    """Make so many tasks checks whose answer this reference rater has given, drawn by the project's seed.

    `marks_apart` as in `mark_gold`. Returns how many: fewer where fewer can be checks. Raises Invalid for a number that
    is none.
    """
    if not 1 <= count <= MOST_LINES:
        raise Invalid.at(_("1 to 500 known answers are taken at once."), field="count")
    project = lock_project(project)
    found = list(list_adoptable(project=project, rater=rater))
    found.sort(key=lambda row: seeded_integer("adopt", project.seed, row.task.identity))
    hold_workers(project=project, tasks=[row.task_id for row in found])
    kept = 0
    for row in found:
        if kept == count:
            break
        row.task.project = project
        order = _draw(row.task)
        ratings = show_ratings(row.ratings.all(), order=order, texts=ShownTexts(row.task))
        try:
            mark_gold(task=row.task, ratings=ratings, actor=actor, marks_apart=marks_apart, held=True)
        except (Invalid, Conflict):
            continue  # nothing of it can be compared, or a wave needs the task
        kept += 1
    return kept


def _read_row(line: int, row: Mapping[str, Any]) -> KnownAnswer:
    systems = row.get("systems") or ()
    names = systems.split("|") if isinstance(systems, str) else list(systems)
    return KnownAnswer(
        item=str(row.get("item") or "").strip(),
        systems=frozenset(str(name).strip() for name in names if str(name).strip()),
        values={name: value for name, value in row.items() if name not in FIELDS and value not in (None, "")},
        turn=read_turn(row.get("turn"), field="turn"),
        training=str(row.get("training") or "").strip().lower() in YES,
        why=str(row.get("why") or ""),
        marks_apart=_read_share(row.get("marks_apart")),
        line=line,
    )


def _read_share(cell: object) -> Share:
    """How far marks may lie apart; unsaid where the cell is empty. Raises Invalid."""
    if cell is None or cell == "":
        return UNSAID
    try:
        share = float(str(cell))
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise Invalid.at(_("a share from 0 to 1 is wanted"), field="marks_apart")
    return share


def read_turn(cell: object, *, field: str) -> int | None:
    """The turn that a cell names, 1 the first; None where it is empty. Raises Invalid with the field."""
    text = str(cell).strip() if isinstance(cell, str | int) and not isinstance(cell, bool) else ""
    if cell is None or cell == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and 1 <= int(text) <= LAST_TURN):
        raise Invalid.at(_("the turn is a whole number, 1 for the first"), field=field)
    return int(text)


def _keep(project: Project, answer: KnownAnswer, named: Iterable[NamedTask], actor: User) -> None:
    task, systems = _choose(answer, named)
    task.project = project
    order = _draw(task)
    ratings: dict[str, Any] = {}
    for criterion in task.rubric.criteria.all():
        if criterion.key in answer.values:
            value = answer.values[criterion.key]
            if criterion.level == Level.SPANS:
                value = read_stored_marks(value, field=criterion.key, texts=ShownTexts(task))
            else:
                value = _read_value(criterion, value, systems, order)
            ratings[criterion.key] = {"value": value} | ({"rationale": answer.why} if answer.why else {})
    with transaction.atomic():
        mark_gold(
            task=task,
            ratings=ratings,
            actor=actor,
            training=answer.training,
            marks_apart=answer.marks_apart,
            held=True,
        )


def _choose(answer: KnownAnswer, named: Iterable[NamedTask]) -> NamedTask:
    """The one task that is meant, under the newest version of a rubric that has all the criteria. Raises Invalid."""
    by_rubric: dict[tuple[str, frozenset[str]], NamedTask] = {}
    for task, systems in named:
        keys = {criterion.key for criterion in task.rubric.criteria.all()}
        if task.turn != answer.turn:
            continue
        if answer.systems in (frozenset(), frozenset(systems)) and keys >= set(answer.values):
            place = (task.rubric.key, frozenset(systems))
            held = by_rubric.get(place)
            if held is None or held[0].rubric.version < task.rubric.version:
                by_rubric[place] = (task, systems)
    if len(by_rubric) != 1:
        words = _("no such task") if not by_rubric else _("several tasks may be meant: name the systems")
        raise Invalid.at(words, field="item")
    return next(iter(by_rubric.values()))


def _read_value(criterion: Criterion, value: Any, systems: Sequence[str], order: tuple[int, ...]) -> Any:
    if criterion.level == Level.PREFERENCE:
        if value in systems:
            return SIDES[order.index(list(systems).index(value))]
        if value in SIDES:
            raise Invalid.at(_("the name of the system that wins is wanted"), field=criterion.key)
        return value
    return read_plain_value(criterion, value)


def read_plain_value(criterion: Criterion, value: Any) -> Any:
    """A cell's value as the criterion lists it: a number where a text spells one."""
    listed = [choice["value"] for choice in criterion.values]
    if isinstance(value, str) and value not in listed:
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _draw(task: Task) -> tuple[int, ...]:
    """The order in which reviewers are shown the task: expected answers are given in its terms."""
    return draw_order(task=task, rater=find_adjudicator(project=task.project), size=count_shown(task))
