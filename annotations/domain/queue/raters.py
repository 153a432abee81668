"""What is kept of raters so that a claim costs the same for ever: that nothing is left, and how much they have met."""

from datetime import datetime, timedelta

from annotations.models import Project, Rater
from annotations.queries.checks import count_met_between, find_settled

RECENT = 50  # leases whose end may still change: an answer is undone at most two later
DRAINED_FOR = timedelta(seconds=60)


def note_search(*, rater: Rater, now: datetime) -> None:
    """Note that the queue is about to be searched for the rater, so that what is opened meanwhile is not missed."""
    rater.drained_until = now
    rater.save(update_fields=["drained_until"])


def rest_rater(*, rater: Rater, end: int, now: datetime) -> None:
    """Note that nothing up to the rank `end` is left for the rater, unless they were woken since the search began.

    `end` was the end of the queue before it was searched: what returned since goes behind it and is found at once.
    What is opened wakes everybody. The time bounds how long a place would be missed that came up behind the cursor
    in any other way.
    """
    Rater.objects.filter(pk=rater.pk, drained_until=now).update(
        queue_cursor=end, queue_epoch=rater.project.queue_epoch, drained_until=now + DRAINED_FOR
    )


def is_resting(*, rater: Rater, now: datetime) -> bool:
    """Whether a search behind the cursor would be in vain."""
    is_current = rater.queue_epoch == rater.project.queue_epoch
    return is_current and rater.drained_until is not None and now < rater.drained_until


def wake_raters(*, project: Project) -> None:
    """New places may lie behind the cursors of those who had been through everything."""
    Rater.objects.filter(project=project).exclude(drained_until=None).update(drained_until=None)


def note_met(*, rater: Rater, met: int) -> None:
    """Keep how many tasks a locked rater is through with, so that a claim counts the recent ones only.

    An answer that comes to a lease after it ran out and so many others were dealt is not counted any more.
    """
    if met - rater.met_count < 2 * RECENT:
        return
    upto = find_settled(rater=rater, apart=RECENT)
    if upto is not None:
        rater.met_count += count_met_between(rater=rater, after=rater.met_upto, upto=upto)
        rater.met_upto = upto
        rater.save(update_fields=["met_count", "met_upto"])
