"""How the cases of a run stand, whatever number of calls each of them takes."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from annotations.models import Rating
from judges.models import Attempt, AttemptState, Run
from judges.queries.given_up import FRUITLESS, list_given_up

CASE = ("task_id", "shown_order", "repeat")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCounts:
    """Cases (a task in one order and repeat), each counted once; `calls` counts every call that was made.

    A case without a verdict counts as failed before all else, then as in flight, as waiting. `failed` and `absent`
    (ratings without a value) are by reason.
    """

    done: int
    waiting: int
    in_flight: int
    cancelled: int
    failed: dict[str, int]
    absent: dict[str, int]
    calls: int

    @property
    def failed_total(self) -> int:
        return sum(self.failed.values())

    @property
    def open(self) -> int:
        return self.waiting + self.in_flight

    @property
    def total(self) -> int:
        return self.done + self.open + self.cancelled + self.failed_total

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def read_cases(run: Run) -> CaseCounts:
    """The counts of one run: from indexes alone, and what has ended is never read row by row but where it failed."""
    attempts = Attempt.objects.filter(run=run)
    ended = dict(
        attempts.filter(ended_at__isnull=False).values_list("state").annotate(n=Count("pk")).order_by()
    )
    rows = Counter(ended)
    rows[AttemptState.PENDING] = attempts.filter(state=AttemptState.PENDING).count()
    rows[AttemptState.LEASED] = attempts.count() - rows.total()
    failed = _list_failed(run) if any(rows[state] for state in FRUITLESS) else {}
    waiting, in_flight, cancelled = (
        _count_apart(attempts, rows, failed)
        if takes_several_calls(run)
        else (rows[AttemptState.PENDING], rows[AttemptState.LEASED], rows[AttemptState.CANCELLED])
    )
    return CaseCounts(
        done=rows[AttemptState.DONE],
        waiting=waiting,
        in_flight=in_flight,
        cancelled=cancelled,
        failed=dict(sorted(Counter(failed.values()).items())),
        absent=_count_absent(run),
        calls=sum(ended.values()) - rows[AttemptState.CANCELLED],
    )


def takes_several_calls(run: Run) -> bool:
    """Whether a case of the run begins with a call of a part: a repair alone leaves one open row a case."""
    first = Attempt.objects.filter(run=run).order_by("pk").values_list("step", flat=True)[:1]
    return any(first)


def _list_failed(run: Run) -> dict[tuple[int, str, int], str]:
    """Cases given up, each with the reason of the last call that failed."""
    given_up = list_given_up(run).filter(ended_at__isnull=False)  # as the index has it
    found = given_up.order_by("pk").values_list(*CASE, "failure")
    return {(task, order, repeat): failure for task, order, repeat, failure in found}


def _count_apart(
    attempts: QuerySet[Attempt], rows: Counter[str], failed: dict[tuple[int, str, int], str]
) -> tuple[int, int, int]:
    """Cases that wait, are in flight, are called off."""
    leased, pending, cancelled = (
        _list_cases(attempts.filter(state=state, ended_at__isnull=is_open)) if rows[state] else set()
        for state, is_open in (
            (AttemptState.LEASED, True),
            (AttemptState.PENDING, True),
            (AttemptState.CANCELLED, False),
        )
    )
    in_flight = leased - failed.keys()
    waiting = pending - failed.keys() - in_flight
    rest = cancelled - failed.keys() - in_flight - waiting
    return len(waiting), len(in_flight), len(rest)


def _list_cases(attempts: QuerySet[Attempt]) -> set[tuple[int, str, int]]:
    return set(attempts.values_list(*CASE).distinct())


def _count_absent(run: Run) -> dict[str, int]:
    """Ratings without a value, by reason."""
    ratings = Rating.objects.filter(
        project=run.project_id, absent__isnull=False, annotation__attempt__run=run
    )
    return dict(ratings.values_list("absent").annotate(n=Count("pk")).order_by("absent"))
