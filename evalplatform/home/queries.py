"""How far a project is: people's places, judges' runs, and what to do next."""

from dataclasses import dataclass

from django.db.models import Count, Q

from annotations.models import (
    Annotation,
    Item,
    Membership,
    Origin,
    Project,
    RaterKind,
    Role,
    Slot,
    SlotState,
    System,
    Task,
)
from annotations.queries.gates import Demand, list_stranded
from annotations.views.wording import name_for_raters
from evalplatform.accounts.models import User
from judges.models import Judge, Run, RunState

JUDGING = (
    RaterKind.JUDGE,
    RaterKind.PANEL,
    RaterKind.METRIC,
)  # a known answer or a decision is nobody's verdict


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """One line of the home page."""

    project: Project
    role: str
    heading: str
    places: int
    done: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.places if self.places else 0


@dataclass(frozen=True, slots=True)
class ProjectOverview:
    """Counts of a project's nouns; `stranded` is what tasks ask for and nobody there has."""

    items: int
    systems: int
    tasks: int
    places: int
    done: int
    judges: int
    running: int
    people: int
    annotations: dict[str, int]
    stranded: list[Demand]

    @property
    def is_open(self) -> bool:
        """Whether people may still take places."""
        return self.done < self.places

    @property
    def percent(self) -> int:
        return 100 * self.done // self.places if self.places else 0


def list_project_cards(*, actor: User) -> list[ProjectCard]:
    """The actor's projects, by slug, with how many of the places for people are filled."""
    memberships = (
        Membership.objects.filter(user=actor, ended_at=None, project__archived_at=None)
        .select_related("project")
        .annotate(
            places=Count("project__slots", filter=~Q(project__slots__state=SlotState.WITHDRAWN)),
            done=Count("project__slots", filter=Q(project__slots__state=SlotState.DONE)),
        )
        .order_by("project__slug")
    )
    return [ProjectCard(m.project, m.role, name_project(m), m.places, m.done) for m in memberships]


def name_project(membership: Membership) -> str:
    """The project's title; to raters, who must not learn too much from it, the name that is for them."""
    project = membership.project
    return name_for_raters(project) if membership.role == Role.RATER else project.title or project.slug


def describe_project(*, project: Project) -> ProjectOverview:
    """Counts for the project's page."""
    slots = Slot.objects.filter(project=project).aggregate(
        places=Count("id", filter=~Q(state=SlotState.WITHDRAWN)),
        done=Count("id", filter=Q(state=SlotState.DONE)),
    )
    current = Annotation.objects.filter(project=project, is_current=True)
    people = Q(rater__kind=RaterKind.PERSON)
    simulated, imported = Q(rater__origin=Origin.SIMULATED), Q(rater__origin=Origin.IMPORTED)
    annotations = current.aggregate(
        people=Count("id", filter=people & ~simulated & ~imported),
        imported=Count("id", filter=people & imported),
        simulated=Count("id", filter=simulated),
        judges=Count("id", filter=Q(rater__kind__in=JUDGING) & ~simulated),
    )
    return ProjectOverview(
        items=Item.objects.filter(project=project).count(),
        systems=System.objects.filter(project=project).count(),
        tasks=Task.objects.filter(project=project).count(),
        places=slots["places"],
        done=slots["done"],
        judges=Judge.objects.filter(project=project).count(),
        running=Run.objects.filter(project=project, state=RunState.RUNNING).count(),
        people=Membership.objects.filter(project=project, ended_at=None, role="rater").count(),
        annotations=annotations,
        stranded=list_stranded(project),
    )
