"""A rubric that changes while people work: a new version, and which tasks are asked by it.

A task that anybody was shown is finished by the version it was begun with, so that all its answers are to the same
question. Whatever nobody has met yet moves to the new one, with its place in the queue and in its wave. What only
judges have met can be asked anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any  # a rubric as stated is JSON

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.domain.asking.rubrics import create_rubric
from annotations.domain.checking.renew_known import renew_known
from annotations.domain.checking.scored_copies import renew_copies
from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.stored_criterion import build_criterion, describe_criterion
from annotations.domain.locks.project_lock import lock_project
from annotations.domain.planning.move_tasks import move_tasks
from annotations.domain.projects.new_project import RubricDraft, read_rubrics
from annotations.domain.versions.ask_anew import ask_anew
from annotations.models import Criterion, Level, Rubric, TaskKind
from annotations.queries.rubrics import count_begun, list_versions
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Fault, Invalid

PREFIX = "rubrics[0]."  # of faults in a list of one rubric
USUAL = {TaskKind.PAIR: "pairwise", TaskKind.RANKING: "ranking"}  # how a criterion of a kind is answered

IMPLIED = (Level.PREFERENCE, Level.SPANS, Level.UNSTATED)  # levels that need not be stated


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version that was made, and what became of open tasks: moved to it, asked anew by it, or staying as begun.

    Of known answers, `kept` are asked by it from now on, and `waiting` are asked of nobody until they are approved.
    """

    rubric: Rubric
    moved: int
    anew: int
    staying: int
    kept: int
    waiting: int


def describe_rubric(rubric: Rubric) -> dict[str, Any]:
    """The rubric with its criteria as `POST projects/` takes it."""
    return {
        "key": rubric.key,
        "task_kind": TaskKind(rubric.task_kind).value,
        "labels": rubric.labels,
        "instructions": rubric.instructions,
        **({"one_at_a_time": True} if rubric.one_at_a_time else {}),
        "criteria": [_describe(criterion) for criterion in rubric.criteria.order_by("position")],
    }


def read_version(*, rubric: Rubric, stated: Mapping[str, Any]) -> RubricDraft:
    """What the next version of the rubric is to say. Its key and kind are those of the rubric and need not be stated.

    Raises Invalid with every fault and its field.
    """
    whole = {"key": rubric.key, "task_kind": TaskKind(rubric.task_kind).value, **stated}
    known = {rubric.key, *(each.key for each in _find_scales(rubric).values())}
    log = FaultLog()
    language = rubric.project.language or "en"
    drafts = list(read_rubrics({"rubrics": [whole]}, language, log, known=known))
    log.faults = [replace(fault, field=fault.field.removeprefix(PREFIX)) for fault in log.faults]
    log.refuse()
    for field in ("key", "task_kind"):
        if whole[field] != getattr(rubric, field):
            raise Invalid.at("stays the same in all versions of a rubric", field=field)
    return drafts[0]


@transaction.atomic
def make_version(
    *, rubric: Rubric, draft: RubricDraft, actor: User, is_judged_anew: bool = False
) -> NewVersion:
    """Make the next version of the rubric, whose newest this must be, and move what nobody has begun to it.

    With `is_judged_anew`, people are asked by it too what only judges have met, as new tasks.

    Raises Conflict where somebody made another version meanwhile, or where a version says this already.
    Raises Invalid where a question that was asked before would be answered on another scale under the same key.
    """
    project = lock_project(rubric.project)
    versions = list_versions(rubric)
    if versions[0] != rubric:
        raise Conflict(_("Somebody has made a newer version meanwhile. Please begin with that one."))
    criteria = [build_criterion(spec, key, fractions=spec.fractions) for key, spec in draft.criteria.items()]
    _refuse_other_scales(rubric, criteria)
    made = create_rubric(
        project=project,
        key=rubric.key,
        task_kind=TaskKind(rubric.task_kind),
        labels=draft.labels,
        instructions=draft.instructions,
        one_at_a_time=draft.one_at_a_time,
        criteria=criteria,
        is_next=True,
    )
    if made in versions:
        raise Conflict(_("Version %(number)s says the same word for word.") % {"number": made.version})
    moved = move_tasks(rubric=made)
    anew = ask_anew(rubric=made) if is_judged_anew else 0
    staying = count_begun(made)
    known = renew_known(rubric=made)
    renew_copies(rubric=made)
    record_event(
        actor=actor,
        action="make_rubric_version",
        target="rubric",
        target_id=made.public_id,
        project=project.public_id,
        before=rubric.content_hash,
        after=made.content_hash,
        details={
            "version": made.version,
            "moved": moved,
            "anew": anew,
            "staying": staying,
            "kept": known.kept,
            "waiting": known.waiting,
        },
    )
    return NewVersion(made, moved, anew, staying, known.kept, known.waiting)


def _refuse_other_scales(rubric: Rubric, criteria: list[Criterion]) -> None:
    """Answers under one key are counted together over all versions (see `queries.criteria`)."""
    scales = _find_scales(rubric)
    faults = tuple(
        Fault(
            _("Its answers are others than before: give it another key, so that old and new are told apart."),
            field=f"criteria[{number}].key",
        )
        for number, criterion in enumerate(criteria)
        if criterion.key in scales and _read_scale(scales[criterion.key]) != _read_scale(criterion)
    )
    if faults:
        raise Invalid(str(faults[0]), faults=faults)


def _find_scales(rubric: Rubric) -> dict[str, Criterion]:
    """By key, the criterion that any version asked last."""
    asked = Criterion.objects.filter(rubric__project=rubric.project_id, rubric__key=rubric.key)
    return {criterion.key: criterion for criterion in asked.order_by("rubric__version", "position")}


def _read_scale(criterion: Criterion) -> tuple[object, ...]:
    values = [entry["value"] for entry in criterion.values]
    return (criterion.level, values, criterion.minimum, criterion.maximum)


def _describe(criterion: Criterion) -> dict[str, Any]:
    task = criterion.options.get("task") or _guess_task(criterion)
    described = describe_criterion(criterion, criterion.name, task)
    if "level" not in criterion.options and criterion.level in IMPLIED:
        del described["level"]
    if criterion.fractions:
        described["fractions"] = True
    return {"key": criterion.key, **described}


def _guess_task(criterion: Criterion) -> str:
    """Of a criterion that does not say how it is answered."""
    if criterion.level == Level.SPANS:
        return "spans"
    if criterion.level == Level.PREFERENCE:
        return USUAL[TaskKind(criterion.rubric.task_kind)]
    is_number = all(isinstance(entry["value"], int | float) for entry in criterion.values)
    return "score" if is_number and criterion.level != Level.TEXT else "label"
