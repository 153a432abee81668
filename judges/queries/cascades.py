"""The cascades of a project: how far each is, what it cost, and what it spared."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any  # an outcome is JSON

from django.db.models import QuerySet, Sum

from annotations.models import Project
from judges.models import Attempt, AttemptState, Cascade, CascadeRun, Run, Stage
from judges.queries.progress import RunProgress, read_progress


@dataclass(frozen=True, slots=True)
class StageStanding:
    """A judge's run as a stage of a cascade."""

    stage: Stage
    run: Run
    progress: RunProgress


@dataclass(frozen=True, slots=True)
class Saving:
    """What a cascade cost beside what it might have, in USD; None: a price is not known.

    `dear_alone` is what the dear judge would have cost on every task, calibration items too, at the mean of its cases
    here; `people_alone` what people would on all other items, `with_people` both judges and the people who had the
    rest. `answers` is how many tasks people need not decide.
    """

    spent: Decimal
    dear_alone: Decimal | None
    people_alone: Decimal | None
    with_people: Decimal | None
    answers: int


def list_cascades(project: Project) -> QuerySet[Cascade]:
    """Cascades with their raters and judges, newest first."""
    return (
        Cascade.objects.filter(project=project)
        .select_related("rater", "project", "cheap", "dear")
        .prefetch_related("runs")
        .order_by("-pk")
    )


def find_latest_run(cascade: Cascade) -> CascadeRun | None:
    """The last time it was set to work."""
    return max(cascade.runs.all(), key=lambda run: run.pk, default=None)


def list_stages(run: CascadeRun) -> list[StageStanding]:
    """The runs of a cascade at work, in the order in which they were started."""
    rows = run.stages.select_related("run__judge__rater", "run__judge__connection").order_by("pk")
    return [StageStanding(Stage(row.stage), row.run, read_progress(row.run)) for row in rows]


def read_saving(cascade: Cascade, run: CascadeRun) -> Saving | None:
    """What the cascade spared; None before it has decided anything."""
    outcome: Mapping[str, Any] = run.outcome
    if not outcome:
        return None
    spent = _list_calls(cascade).aggregate(sum=Sum("cost"))["sum"] or Decimal(0)
    each, price = _find_dear_price(cascade), run.people_price
    tasks, left = outcome["held_out"], outcome["left"]
    return Saving(
        spent=spent,
        dear_alone=None if each is None else each * (tasks + outcome["calibration"]),
        people_alone=None if price is None else price * tasks,
        with_people=None if price is None else price * left + spent,
        answers=tasks - left,
    )


def _list_calls(cascade: Cascade) -> QuerySet[Attempt]:
    return Attempt.objects.filter(run__stage__cascade_run__cascade=cascade)


def _find_dear_price(cascade: Cascade) -> Decimal | None:
    """Mean cost of a task of the dear judge's, over those that it was called for."""
    calls = _list_calls(cascade).filter(rater=cascade.dear_id, reused_from=None)
    tasks = calls.filter(state=AttemptState.DONE).values("task").distinct().count()
    cost = calls.aggregate(sum=Sum("cost"))["sum"]
    return None if not tasks or cost is None else cost / tasks
