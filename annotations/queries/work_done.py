"""What all people of a project have done and have left: for its costs and its forecast."""

import math
import statistics
from dataclasses import dataclass
from datetime import date, tzinfo

from django.db.models import Avg, Count, QuerySet, StdDev
from django.db.models.functions import TruncDate

from annotations.models import Annotation, Origin, Project, Rater, RaterKind, Slot, SlotState, TaskState
from annotations.queries.own_work import AnsweredTask, list_all_answered_tasks

LATEST, FEWEST = 100, 5  # answers that say how long a task takes
LEFT = (SlotState.FREE, SlotState.LEASED, SlotState.WAITING)


@dataclass(frozen=True, slots=True)
class TimeTaken:
    """Seconds of `n` answers: their mean, and their standard deviation where there are two at least."""

    n: int
    mean: float
    spread: float | None


def list_work(*, project: Project) -> list[tuple[Rater, list[AnsweredTask]]]:
    """Every person who answered here, by name, with their user and the tasks whose answers stand."""
    people = Rater.objects.filter(project=project, kind=RaterKind.PERSON, origin=Origin.LIVE)
    people = people.select_related("user")
    answered = list_all_answered_tasks(project=project)
    return [(rater, answered[rater.pk]) for rater in people.order_by("name") if answered.get(rater.pk)]


def count_places_left(*, project: Project) -> int:
    """Places of open tasks that nobody has filled yet."""
    return Slot.objects.filter(project=project, state__in=LEFT, task__state=TaskState.OPEN).count()


def count_filled_by_day(*, project: Project, zone: tzinfo) -> dict[date, int]:
    """Places filled on each day of this time zone, by the day of the first answer."""
    days = _list_first_answers(project).annotate(day=TruncDate("created_at", tzinfo=zone))
    return dict(days.values_list("day").annotate(n=Count("pk")).order_by("day"))


def measure_time_taken(*, project: Project) -> TimeTaken:
    """The time on the screen of the answers that filled places."""
    timed = _list_first_answers(project).filter(seconds__gt=0)
    held = timed.aggregate(n=Count("pk"), mean=Avg("seconds"), spread=StdDev("seconds"))
    return TimeTaken(held["n"], held["mean"] or 0.0, correct_spread(held["spread"], held["n"]))


def find_usual_seconds(*, project: Project) -> float | None:
    """Median time on the screen of the latest answers; None while there are fewer than five."""
    timed = _list_first_answers(project).filter(seconds__gt=0).order_by("-pk")
    seconds = [float(each or 0) for each in timed.values_list("seconds", flat=True)[:LATEST]]
    return statistics.median(seconds) if len(seconds) >= FEWEST else None


def correct_spread(spread: float | None, n: int) -> float | None:
    """The sample's standard deviation from that of its `n` values: SQLite fails on the former where there is one."""
    return None if spread is None or n < 2 else float(spread) * math.sqrt(n / (n - 1))


def _list_first_answers(project: Project) -> QuerySet[Annotation]:
    return Annotation.objects.filter(
        project=project, assignment__slot__isnull=False, supersedes=None, retracted_at=None
    )
