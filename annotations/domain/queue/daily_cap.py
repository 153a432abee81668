"""How much a person is dealt in a day and in all, where their project states a limit."""

import math
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.models import Rater
from annotations.queries.submissions import has_given, holds_task
from evalplatform.common.errors import Exhausted


def has_reached_cap(*, rater: Rater, now: datetime, held: int = 0) -> bool:
    """Whether a day may have no more tasks than the person has answered since midnight, and those still held.

    Midnight is that of the server's time zone.
    """
    cap = rater.project.daily_cap
    return cap is not None and has_given(rater=rater, count=cap - held, since=_midnight(now))


def refuse_beyond_cap(*, rater: Rater, now: datetime) -> None:
    """Raises Exhausted until midnight once the cap is reached; whoever holds a task may still answer it."""
    if has_reached_cap(rater=rater, now=now) and not holds_task(rater=rater):
        wait = _midnight(now) + timedelta(days=1) - now
        raise Exhausted(
            _("That is enough for today: this project deals no more tasks to a person in a day."),
            retry_after=math.ceil(wait.total_seconds()),
        )


def has_given_all(*, rater: Rater, held: int = 0) -> bool:
    """Whether the project takes no more tasks from one person than this one has answered, and those still held."""
    cap = rater.project.rater_cap
    return cap is not None and has_given(rater=rater, count=cap - held)


def _midnight(now: datetime) -> datetime:
    """Of the day that `now` lies in."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
