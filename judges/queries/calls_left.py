"""Calls that the runs of a project have yet to make, beside what the calls of the same judges have cost."""

from dataclasses import dataclass

from django.db.models import Avg, Count, StdDev

from annotations.models import Project
from annotations.queries.work_done import correct_spread
from judges.models import Attempt, AttemptState, RunState
from judges.queries.spend import NOT_CALLED

WAITING = (AttemptState.PENDING, AttemptState.LEASED)
OPEN = (RunState.RUNNING, RunState.PAUSED)


@dataclass(frozen=True, slots=True)
class CallsLeft:
    """A judge's waiting calls; mean and standard deviation (USD) of its `n` calls so far, where they are known."""

    name: str
    is_free: bool
    calls: int
    n: int
    mean: float | None
    spread: float | None


def list_calls_left(*, project: Project) -> list[CallsLeft]:
    """By judge, those that have calls waiting in a running or paused run."""
    waiting = Attempt.objects.filter(project=project, state__in=WAITING, run__state__in=OPEN)
    names = "rater", "rater__name", "run__judge__builtin"
    rows = list(waiting.values_list(*names).annotate(calls=Count("pk")).order_by("rater__name"))
    made = Attempt.objects.filter(project=project, rater__in=[row[0] for row in rows], cost__isnull=False)
    costs = made.exclude(state__in=NOT_CALLED).values_list("rater")
    paid = {
        rater: (n, float(mean), correct_spread(spread, n))
        for rater, n, mean, spread in costs.annotate(
            n=Count("pk"), mean=Avg("cost"), spread=StdDev("cost")
        ).order_by()
    }
    return [
        CallsLeft(name, bool(builtin), calls, *paid.get(rater, (0, None, None)))
        for rater, name, builtin, calls in rows
    ]
