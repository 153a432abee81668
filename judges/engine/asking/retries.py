"""A try that came to nothing: whether there is another, and when."""

import random
from datetime import datetime, timedelta

from django.conf import settings

from evalplatform.common.errors import ProviderFailure
from judges.models import Attempt, AttemptState
from judges.providers import PAUSING
from judges.queries.outage import OUTAGE

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
LONGEST_WAIT_ASKED = 120.0
RATE_LIMITED = "http_429"
ABANDONED = "abandoned"
SLOW = "slow"  # cut off for taking much longer than the run's other calls; the next try has all the time
# Not the case's fault: these do not use up its tries, up to a bound.
FREE = PAUSING | {RATE_LIMITED, ABANDONED, SLOW, OUTAGE}
FREE_TRIES_FOR_EACH = 10
MOST_LOSSES = 3
SUSPECT_LOSSES = MOST_LOSSES - 1  # one more and the case is given up: from here on it is asked alone


def may_try_again(attempt: Attempt, failure: ProviderFailure) -> bool:
    """Whether the case gets another attempt in this run after `failure`."""
    if failure.reason in PAUSING:
        return True
    if not failure.retryable:
        return False
    earlier = list_tries(attempt)
    counted = sum(1 for state, reason in earlier if state != AttemptState.LOST and reason not in FREE)
    return (
        counted < settings.EVALPLATFORM_MAX_CALLS
        and len(earlier) < settings.EVALPLATFORM_MAX_CALLS * FREE_TRIES_FOR_EACH
    )


def list_tries(attempt: Attempt) -> list[tuple[str, str]]:
    """State and failure of all tries at this case in this run, this one included."""
    return list(
        Attempt.objects.filter(
            run_id=attempt.run_id,
            rater_id=attempt.rater_id,
            task_id=attempt.task_id,
            shown_order=attempt.shown_order,
            repeat=attempt.repeat,
            step=attempt.step,
        ).values_list("state", "failure")
    )


def plan_successor(*, attempt: Attempt, not_before: datetime | None) -> Attempt:
    """The next try at the same case, not saved yet."""
    return Attempt(
        project_id=attempt.project_id,
        run_id=attempt.run_id,
        rater_id=attempt.rater_id,
        task_id=attempt.task_id,
        shown_order=attempt.shown_order,
        repeat=attempt.repeat,
        step=attempt.step,
        number=attempt.number + 1,
        losses=attempt.losses,
        not_before=not_before,
    )


def choose_moment(now: datetime, *, tries: int, failure: ProviderFailure) -> datetime:
    """Exponential back-off with full jitter, and not before what the provider asked for (within a bound)."""
    if failure.reason == SLOW:
        return now
    asked = min(failure.retry_after or 0.0, LONGEST_WAIT_ASKED)
    ceiling = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
    return now + timedelta(seconds=asked + random.uniform(0, ceiling))
