"""Columns of an uploaded table that hold what is expected: known answers, read and tried before anything is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final  # cells are any JSON value

from django.utils.translation import gettext as _

from annotations.domain.checking.known_answers import (
    MOST_LINES,
    SIDES,
    KnownAnswer,
    read_plain_value,
    read_turn,
)
from annotations.domain.formats.faults import MOST_FAULTS
from annotations.domain.formats.mapping import ColumnMap, check_mapping, name_row
from annotations.domain.formats.tables import Row, Table
from annotations.domain.reading.answers import read_answers
from annotations.domain.reading.spans import ShownTexts
from annotations.models import Criterion, Level, Project, Rubric, Task, TaskKind
from annotations.queries.rubrics import list_rubric_versions
from evalplatform.common.errors import Fault, Invalid

PREFIX: Final = "known:"  # of what a column is: known:rubric:criterion
TURN: Final = "known:turn"  # and of the column that says which turn is meant
NOT_COMPARED: Final = frozenset({Level.TEXT, Level.SPANS})
SHOWN: Final = {TaskKind.SINGLE: 1, TaskKind.PAIR: 2}  # answers; the others show as many as there are


@dataclass(frozen=True, slots=True)
class KnownColumns:
    """What the table expects: answers to keep, and what is wrong by line and column, the first hundred of it."""

    answers: tuple[KnownAnswer, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Stated:
    """Which columns say what: of the criteria of a rubric, and of the turn, "" where none does."""

    rubric: Rubric
    criteria: tuple[Criterion, ...]
    asked: Mapping[str, str]
    turn: str


def list_known_choices(project: Project) -> list[tuple[str, str]]:
    """What a column can be besides, with words: the expected answer to each question of the newest rubrics."""
    choices = []
    for rubric in _list_newest(project):
        for criterion in rubric.criteria.exclude(level__in=NOT_COMPARED).order_by("position"):
            words = _("expected answer: %(criterion)s (%(rubric)s)")
            value = f"{PREFIX}{rubric.key}:{criterion.key}"
            choices.append((value, words % {"criterion": criterion.key, "rubric": rubric.key}))
    return [*choices, (TURN, _("turn that the expected answer is about"))] if choices else []


def leave_known_out(mapping: Mapping[str, str]) -> dict[str, str]:
    """What the columns are, without those of expected answers."""
    return {column: "" if part.startswith(PREFIX) else part for column, part in mapping.items()}


def read_known_columns(*, project: Project, table: Table, mapping: Mapping[str, str]) -> KnownColumns:
    """Known answers of the rows that state one. Raises Invalid where the columns do not fit together."""
    columns = {
        column: tuple(part.removeprefix(PREFIX).split(":", 1))
        for column, part in mapping.items()
        if part.startswith(PREFIX) and part != TURN
    }
    turns = [column for column, part in mapping.items() if part == TURN]
    if len(turns) > 1:
        raise Invalid.at(_("another column is this already"), field=turns[-1])
    if not columns:
        return KnownColumns((), ())
    keys = {rubric for rubric, _criterion in columns.values()}
    if len(keys) > 1:
        raise Invalid.at(_("all expected answers of a file are of one rubric"), field=next(iter(columns)))
    rubric = next((each for each in _list_newest(project) if each.key in keys), None)
    if rubric is None:
        raise Invalid.at(_("there is no such rubric"), field=next(iter(columns)))
    asked = {criterion: column for column, (_rubric, criterion) in columns.items()}
    if len(asked) < len(columns):
        raise Invalid.at(_("another column is this already"), field=next(reversed(columns)))
    for criterion in rubric.criteria.filter(level__in=NOT_COMPARED, key__in=asked):
        words = _("a column cannot hold expected texts or marks: marks come with a file of known answers")
        raise Invalid.at(words, field=asked[criterion.key])
    stated = _Stated(rubric, tuple(rubric.criteria.all()), asked, next(iter(turns), ""))
    return _read_rows(table, check_mapping(leave_known_out(mapping)), stated)


def _list_newest(project: Project) -> list[Rubric]:
    newest: dict[str, Rubric] = {}
    for rubric in list_rubric_versions(project):  # the newest first
        newest.setdefault(rubric.key, rubric)
    return list(newest.values())


def _read_rows(table: Table, mapping: ColumnMap, stated: _Stated) -> KnownColumns:
    asked = stated.asked
    answers: list[KnownAnswer] = []
    faults: list[Fault] = []
    for line, row in table.read_rows():
        if isinstance(row, Fault) or all(row.get(column) in (None, "") for column in asked.values()):
            continue
        try:
            answer = _read_row(line, row, mapping, stated)
            found = list(_find_faults(answer, stated))
        except Invalid as error:
            found = list(error.faults)
        if found:
            named = [Fault(fault.message, field=fault.field, line=line) for fault in found]
            faults += named[: max(MOST_FAULTS - len(faults), 0)]
        elif len(answers) == MOST_LINES:
            faults.append(Fault(_("1 to 500 known answers are taken at once."), line=line))
            break  # nothing that comes later can be kept
        else:
            answers.append(answer)
    return KnownColumns(tuple(answers), tuple(faults))


def _read_row(line: int, row: Row, mapping: ColumnMap, stated: _Stated) -> KnownAnswer:
    item, systems = name_row(row, mapping)
    values = {key: row[column] for key, column in stated.asked.items() if row.get(column) not in (None, "")}
    turn = read_turn(row.get(stated.turn), field=stated.turn) if stated.turn else None
    return KnownAnswer(item=item, systems=frozenset(systems), values=values, turn=turn, line=line)


def _find_faults(answer: KnownAnswer, stated: _Stated) -> Iterator[Fault]:
    """What keeping it would refuse, as far as that can be known before there is a task."""
    rubric, asked = stated.rubric, stated.asked
    shown = SHOWN.get(TaskKind(rubric.task_kind))
    if shown is not None and len(answer.systems) != shown:
        words = _("a known answer needs the answers of its task in the same row: %(count)d of them")
        yield Fault(words % {"count": shown}, field=next(iter(asked.values())))
        return
    ratings: dict[str, Any] = {}
    for criterion in stated.criteria:
        value = answer.values.get(criterion.key)
        if (
            criterion.level == Level.PREFERENCE
            and rubric.task_kind == TaskKind.PAIR
            and value in answer.systems
        ):
            value = SIDES[0]
        elif criterion.level == Level.PREFERENCE and value in SIDES:
            yield Fault(_("the name of the system that wins is wanted"), field=asked[criterion.key])
            return
        if value is not None:
            ratings[criterion.key] = read_plain_value(criterion, value)
    order = tuple(range(len(answer.systems)))
    try:
        read_answers(criteria=stated.criteria, raw=ratings, order=order, texts=ShownTexts(Task()))
    except Invalid as error:
        for fault in error.faults:
            key = fault.field.removeprefix("ratings.")
            yield Fault(fault.message, field=asked.get(key, key))
