"""How far a run is, what it cost, and what went wrong."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from annotations.models import Project, Rating
from judges.models import Attempt, AttemptState, Run
from judges.queries.given_up import list_given_up

OPEN = (AttemptState.PENDING, AttemptState.LEASED)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Counts of cases (a task in one order); `spent` is None where calls were made at an unknown price.

    `estimated` is the part of it that no provider confirmed: calls whose answer was lost on the way.
    """

    state: str
    pause_reason: str
    done: int
    waiting: int
    in_flight: int
    cancelled: int
    failed: dict[str, int]
    absent: dict[str, int]
    calls: int
    tokens_in: int
    tokens_out: int
    spent: Decimal | None
    estimated: Decimal

    @property
    def failed_total(self) -> int:
        return sum(self.failed.values())

    @property
    def total(self) -> int:
        return self.done + self.waiting + self.in_flight + self.cancelled + self.failed_total

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def read_progress(run: Run) -> RunProgress:
    """The progress of one run."""
    attempts = Attempt.objects.filter(run=run)
    states = dict(attempts.values_list("state").annotate(n=Count("pk")).order_by())
    sums = attempts.aggregate(
        total=Sum("cost"),
        estimated=Sum("cost", filter=Q(tokens_out=None)),
        tokens_in=Sum("tokens_in"),
        tokens_out=Sum("tokens_out"),
    )
    unpriced = attempts.filter(cost=None, ended_at__isnull=False, state=AttemptState.DONE).exists()
    return RunProgress(
        state=run.state,
        pause_reason=run.pause_reason,
        done=states.get(AttemptState.DONE, 0),
        waiting=states.get(AttemptState.PENDING, 0),
        in_flight=states.get(AttemptState.LEASED, 0),
        cancelled=states.get(AttemptState.CANCELLED, 0),
        failed=_count_failed(run),
        absent=_count_absent(run),
        calls=sum(n for state, n in states.items() if state not in (*OPEN, AttemptState.CANCELLED)),
        tokens_in=sums["tokens_in"] or 0,
        tokens_out=sums["tokens_out"] or 0,
        spent=None if unpriced else sums["total"] or Decimal(0),
        estimated=sums["estimated"] or Decimal(0),
    )


def _count_failed(run: Run) -> dict[str, int]:
    """Cases given up, by the reason of their last try."""
    reasons = list_given_up(run).values_list("failure")
    return dict(reasons.annotate(n=Count("pk")).order_by("failure"))


def _count_absent(run: Run) -> dict[str, int]:
    """Ratings without a value, by reason."""
    ratings = Rating.objects.filter(annotation__attempt__run=run, absent__isnull=False)
    return dict(ratings.values_list("absent").annotate(n=Count("pk")).order_by("absent"))


def list_runs(project: Project) -> QuerySet[Run]:
    """Runs of a project, newest first."""
    return (
        Run.objects.filter(project=project)
        .select_related("judge__rater", "judge__connection", "started_by")
        .order_by("-pk")
    )
