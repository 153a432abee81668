"""Which gates a rater passes, and whom the tasks behind a gate wait for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from annotations.models import (
    OPEN_TO_ALL,
    Annotation,
    Assignment,
    AssignmentState,
    Gate,
    HeldSkill,
    Membership,
    Project,
    Rater,
    RaterKind,
    ReadLanguage,
    Slot,
    SlotState,
    Task,
    TaskState,
)
from evalplatform.common.language_tags import covers

# A language passes where either tag is the beginning of the other (`language_tags.covers`).
PASSED: Final = f"""
SELECT {OPEN_TO_ALL} AS number UNION ALL
SELECT gate.number FROM annotations_gate AS gate WHERE gate.project_id = %(project)s
AND (gate.language = '' OR EXISTS (
    SELECT 1 FROM annotations_readlanguage AS spoken WHERE spoken.user_id = %(user)s AND (
        spoken.tag = gate.language OR gate.language LIKE spoken.tag || '-%%' OR spoken.tag LIKE gate.language || '-%%'
    )
)) AND NOT EXISTS (
    SELECT 1 FROM annotations_gateskill AS asked WHERE asked.gate_id = gate.id AND NOT EXISTS (
        SELECT 1 FROM annotations_heldskill AS held
        WHERE held.rater_id = %(rater)s AND held.skill_id = asked.skill_id
    )
)
"""  # noqa: S608 - a number of our own
_POSITIONAL: Final = PASSED.replace("%(project)s", "%s").replace("%(user)s", "%s").replace("%(rater)s", "%s")


@dataclass(frozen=True, slots=True)
class Demand:
    """What tasks ask: a language (empty: any), and skills by name; `tasks` is how many wait, where that was counted."""

    language: str
    skills: tuple[str, ...]
    tasks: int = 0


class Held(NamedTuple):
    """What somebody reads and has."""

    languages: set[str]
    skills: set[str]


def passes(rater: Rater, *, of: str = "gate") -> Q:
    """Whether the rater passes the gate whose number stands in the field `of`; reads `project`."""
    if not rater.project.is_gated:
        return Q(**{of: OPEN_TO_ALL})
    return Q(**{f"{of}__in": RawSQL(_POSITIONAL, (rater.project_id, rater.user_id, rater.pk))})  # noqa: S611 - ours


def may_be_dealt(*, rater: Rater, task: int) -> bool:
    """Whether the rater passes the gate of this task (id); reads `project`, and nothing else where nothing is asked."""
    return not rater.project.is_gated or Task.objects.filter(passes(rater), pk=task).exists()


def list_passed(*, rater: Rater) -> list[int]:
    """Numbers of the gates that the rater passes, 0 among them."""
    asked = {"project": rater.project_id, "user": rater.user_id, "rater": rater.pk}
    with connection.cursor() as cursor:
        cursor.execute(PASSED, asked)
        return [number for (number,) in cursor.fetchall()]


def list_demands(project: Project | int) -> dict[int, Demand]:
    """What each gate of the project (or of the one with this id) asks, by its number."""
    gates = Gate.objects.filter(project=project).prefetch_related("asked__skill").order_by("number")
    return {
        gate.number: Demand(gate.language, tuple(sorted(held.skill.name for held in gate.asked.all())))
        for gate in gates
    }


def list_barred(*, rater: Rater) -> list[Demand]:
    """What is asked by tasks with a free place that the rater has not met and may not be dealt; reads `project`."""
    if not rater.project.is_gated:
        return []
    passed, demands = set(list_passed(rater=rater)), list_demands(rater.project)
    met = Assignment.objects.filter(task=OuterRef("task"), rater=rater).exclude(state=AssignmentState.EXPIRED)
    given = Annotation.objects.filter(task=OuterRef("task"), rater=rater, is_current=True)
    free = Slot.objects.filter(
        ~Exists(met),
        ~Exists(given),
        project=rater.project_id,
        state=SlotState.FREE,
        task__state=TaskState.OPEN,
    )
    return [
        demand
        for number, demand in demands.items()
        if number not in passed and free.filter(gate=number).exists()
    ]


def list_stranded(project: Project) -> list[Demand]:
    """What is asked by tasks that wait for people while nobody who may work in the project passes, with their number.

    The most tasks come first. Whoever is a member and not paused may work, whatever their role.
    """
    if not project.is_gated:
        return []
    waiting = Slot.objects.filter(
        project=project, state__in=(SlotState.FREE, SlotState.WAITING), task__state=TaskState.OPEN
    ).exclude(gate=OPEN_TO_ALL)
    counts = dict(waiting.order_by("gate").values_list("gate").annotate(Count("task", distinct=True)))
    if not counts:
        return []
    held, demands = list_held(project, _list_people(project)), list_demands(project)
    stranded = [
        Demand(demand.language, demand.skills, counts[number])
        for number, demand in demands.items()
        if number in counts and not any(passes_demand(demand, each) for each in held.values())
    ]
    return sorted(stranded, key=lambda demand: (-demand.tasks, demand.language, demand.skills))


def _list_people(project: Project) -> set[int]:
    """Users (ids) who may work there."""
    members = Membership.objects.filter(project=project, ended_at=None, user__is_active=True)
    paused = Rater.objects.filter(project=project, kind=RaterKind.PERSON, deactivated_at__isnull=False)
    return set(members.values_list("user", flat=True)) - set(paused.values_list("user", flat=True))


def list_held(project: Project, users: Collection[int]) -> dict[int, Held]:
    """What each of these users (ids) reads, and the skills that they have in the project."""
    held = {user: Held(set(), set()) for user in users}
    for user, tag in ReadLanguage.objects.filter(user__in=users).values_list("user", "tag"):
        held[user].languages.add(tag)
    skills = HeldSkill.objects.filter(project=project, rater__user__in=users)
    for owner, name in skills.values_list("rater__user", "skill__name"):
        if owner is not None:
            held[owner].skills.add(name)
    return held


def passes_demand(demand: Demand, held: Held) -> bool:
    """Whether somebody who has this may be dealt what asks for that: in words what `PASSED` says in SQL."""
    reads = not demand.language or any(covers(tag, demand.language) for tag in held.languages)
    return reads and held.skills.issuperset(demand.skills)
