"""Since when a run's provider has been out, as its attempts tell it: loops end, an outage need not."""

from datetime import timedelta

from django.db.models import Max, Min, Q

from evalplatform.common.clock import database_now
from judges.models import ANSWERED, Attempt, AttemptState

OUTAGE = "outage"
RECENT = timedelta(seconds=180)  # longer than the longest pause and a call without an answer


def read_outage(run_id: int) -> float:
    """Seconds since the first failed call of an outage that goes on; 0 where there is none."""
    ended = Attempt.objects.filter(run=run_id, ended_at__isnull=False)  # as the index has it
    failed = ended.filter(state=AttemptState.FAILED, failure=OUTAGE)
    if not failed.exists():
        return 0.0
    answered = ended.filter(state__in=ANSWERED).aggregate(last=Max("ended_at"))["last"]
    since = failed.filter(Q(ended_at__gt=answered) if answered else Q())
    found = since.aggregate(first=Min("ended_at"), last=Max("ended_at"))
    now = database_now()
    if found["first"] is None or now - found["last"] > RECENT:
        return 0.0
    return float((now - found["first"]).total_seconds())
