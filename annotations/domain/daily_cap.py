"""How much a person is dealt in a day and in all, where their project states a limit."""

import math
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.models import Rater
from annotations.queries.submissions import count_given, count_given_since, holds_task
from evalplatform.common.errors import Exhausted


def has_reached_cap(*, rater: Rater, now: datetime) -> bool:
    """Whether the person has answered as many tasks since midnight, in the server's time zone, as a day may have."""
    cap = rater.project.daily_cap
    return cap is not None and count_given_since(rater=rater, since=_midnight(now)) >= cap


def refuse_beyond_cap(*, rater: Rater, now: datetime) -> None:
    """Raises Exhausted until midnight once the cap is reached; whoever holds a task may still answer it."""
    if has_reached_cap(rater=rater, now=now) and not holds_task(rater=rater):
        wait = _midnight(now) + timedelta(days=1) - now
        raise Exhausted(
            _("That is enough for today: this project deals no more tasks to a person in a day."),
            retry_after=math.ceil(wait.total_seconds()),
        )


def has_given_all(*, rater: Rater) -> bool:
    """Whether the person has answered as many tasks as the project takes from one; who holds one may answer it."""
    cap = rater.project.rater_cap
    if cap is None or holds_task(rater=rater):
        return False
    return count_given(rater=rater) >= cap


def _midnight(now: datetime) -> datetime:
    """Of the day that `now` lies in."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
