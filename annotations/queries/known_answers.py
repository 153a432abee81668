"""Tasks by the names of what they compare, and answers of references that could be known answers."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Count, QuerySet

from annotations.models import (
    Annotation,
    Criterion,
    Level,
    Project,
    RaterKind,
    Task,
    TaskGeneration,
    TaskState,
)
from annotations.queries.checks import GOLD

NamedTask = tuple[Task, tuple[str, ...]]  # with the systems that it shows, in canonical order
MARKABLE = (TaskState.OPEN, TaskState.GOLD, TaskState.TRAINING)


def list_named_tasks(*, project: Project, items: Collection[str]) -> dict[str, list[NamedTask]]:
    """Tasks of these items (keys), about a turn or the whole, by item."""
    tasks = Task.objects.filter(project=project, item__key__in=items, state__in=MARKABLE)
    found = list(tasks.select_related("item", "rubric").prefetch_related("rubric__criteria").order_by("pk"))
    systems: dict[int, tuple[str, ...]] = defaultdict(tuple)
    places = TaskGeneration.objects.filter(task__in=found).order_by("task", "position")
    for task, name in places.values_list("task", "generation__system__name"):
        systems[task] += (name,)
    named: dict[str, list[NamedTask]] = defaultdict(list)
    for row in found:
        named[row.item.key].append((row, systems[row.pk]))
    return named


def list_adoptable(*, project: Project, rater: str) -> QuerySet[Annotation]:
    """What a reference rater says of tasks that are still in the queue, with their tasks."""
    said = _list_said(project).filter(rater__name=rater)
    return said.select_related("task__item", "task__rubric").prefetch_related("ratings__criterion")


def list_references(project: Project) -> list[tuple[str, int]]:
    """Reference raters who have said something of tasks that are still in the queue, and of how many."""
    rows = _list_said(project).values_list("rater__name").annotate(n=Count("task", distinct=True))
    return list(rows.order_by("rater__name"))


def asks_for_marks(project: Project) -> bool:
    """Whether any of its questions asks for marked passages."""
    return Criterion.objects.filter(rubric__project=project, level=Level.SPANS).exists()


def _list_said(project: Project) -> QuerySet[Annotation]:
    given = Annotation.objects.filter(project=project, is_current=True, rater__kind=RaterKind.REFERENCE)
    return given.filter(task__state=TaskState.OPEN).exclude(rater__name=GOLD)
