"""What a person's work comes to, by the pay that their project states."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from annotations.models import PayUnit, Project
from annotations.queries.own_work import AnsweredTask

CENT = Decimal("0.01")
MINUTE, HOUR = 60, 3600  # seconds


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks answered in a stretch of time, the seconds that they took, and USD earned; None where no pay is stated."""

    tasks: int
    seconds: float
    earned: Decimal | None

    @property
    def minutes(self) -> float:
        """The same time."""
        return self.seconds / MINUTE


@dataclass(frozen=True, slots=True)
class Pace:
    """A person's work today, since Monday and ever; `median` seconds a task, None before the first."""

    today: Work
    week: Work
    all: Work
    median: float | None


def measure_pace(*, project: Project, answered: Sequence[AnsweredTask], now: datetime) -> Pace:
    """Count tasks from midnight, from Monday's midnight (both in the time zone of `now`) and from the start."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    timed = [task.seconds for task in answered if task.seconds]
    return Pace(
        today=_add_up(project, [task for task in answered if task.answered_at >= midnight]),
        week=_add_up(project, [task for task in answered if task.answered_at >= monday]),
        all=_add_up(project, answered),
        median=statistics.median(timed) if timed else None,
    )


def earn(*, project: Project, tasks: int, seconds: float) -> Decimal | None:
    """USD to the cent for so many tasks or so long a time; None where the project states no pay."""
    if project.pay is None:
        return None
    amount = Decimal(tasks) if project.pay_unit == PayUnit.TASK else Decimal(repr(seconds)) / HOUR
    return (project.pay * amount).quantize(CENT, rounding=ROUND_HALF_UP)


def _add_up(project: Project, answered: Sequence[AnsweredTask]) -> Work:
    seconds = sum(task.seconds for task in answered)
    return Work(len(answered), seconds, earn(project=project, tasks=len(answered), seconds=seconds))
