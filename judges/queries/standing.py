"""How a run stands right now: read at every poll of its page, so from indexes, and the last minute alone."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum

from evalplatform.common.clock import database_now
from judges.models import ANSWERED, Attempt, AttemptState, Run
from judges.queries.cases import CaseCounts, read_cases
from judges.queries.given_up import FRUITLESS

WINDOW = timedelta(seconds=60)
SAMPLE = 200  # calls whose means stand for all recent ones


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentCalls:
    """The last minute, or the time since the run began: None where nothing came of it.

    `rate` is verdicts a second, `latency` seconds a call; requests and tokens are those of calls that ended.
    """

    rate: float | None
    latency: float | None
    requests_a_minute: float | None
    tokens_a_minute: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStanding(CaseCounts):
    """`spent` (USD) is None where calls were made at an unknown price.

    `estimated` is the part of it for calls whose answer was lost on the way.
    """

    spent: Decimal | None
    estimated: Decimal
    recent: RecentCalls

    @property
    def seconds_left(self) -> float | None:
        """At the rate of the last minute; None while there is none."""
        return self.open / self.recent.rate if self.recent.rate else None


def read_standing(run: Run) -> RunStanding:
    """Where the run stands: counts from indexes, money as it is kept, the rate from the last minute alone."""
    return RunStanding(
        **asdict(read_cases(run)),
        spent=None if _is_unpriced(run) else run.spent,
        estimated=_sum_lost(run),
        recent=read_recent(run),
    )


def read_recent(run: Run) -> RecentCalls:
    """How fast the run has been in the last minute."""
    now = database_now()
    ended = Attempt.objects.filter(run=run, state__in=(*ANSWERED, *FRUITLESS), ended_at__gt=now - WINDOW)
    is_verdict = Q(state=AttemptState.DONE)
    counts = ended.aggregate(
        verdicts=Count("pk", filter=is_verdict), requests=Count("pk", filter=Q(reused_from=None))
    )
    verdicts, requests = counts["verdicts"], counts["requests"]
    latest = (
        ended.filter(is_verdict)
        .order_by("-ended_at")
        .values_list("latency_ms", "tokens_in", "tokens_out")[:SAMPLE]
    )
    calls = [(ms, (sent or 0) + (answered or 0)) for ms, sent, answered in latest if ms]
    seconds = max(_measure(run, now), 1.0)
    tokens = sum(count for _, count in calls) / len(calls) if calls else 0
    return RecentCalls(
        rate=verdicts / seconds if verdicts else None,
        latency=sum(ms for ms, _ in calls) / len(calls) / 1000 if calls else None,
        requests_a_minute=60 * requests / seconds if requests else None,
        tokens_a_minute=60 * requests / seconds * tokens if tokens else None,
    )


def _measure(run: Run, now: datetime) -> float:
    """Seconds that count as lately."""
    return min(WINDOW, now - run.created_at).total_seconds()


def _is_unpriced(run: Run) -> bool:
    """Whether the first or the latest verdict came at an unknown price: all between them need not be read."""
    verdicts = Attempt.objects.filter(run=run, state=AttemptState.DONE, ended_at__isnull=False)
    return any(
        None in verdicts.order_by(order).values_list("cost", flat=True)[:1]
        for order in ("ended_at", "-ended_at")
    )


def _sum_lost(run: Run) -> Decimal:
    lost = Attempt.objects.filter(run=run, state__in=FRUITLESS, ended_at__isnull=False)
    return lost.aggregate(total=Sum("cost"))["total"] or Decimal(0)
