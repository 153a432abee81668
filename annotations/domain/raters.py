"""Raters for whom nothing is left: they are not searched for behind their cursor on every poll."""

from datetime import datetime, timedelta

from annotations.models import Project, Rater

DRAINED_FOR = timedelta(seconds=60)


def rest_rater(*, rater: Rater, end: int, now: datetime) -> None:
    """Note that nothing up to the rank `end` is left for the rater.

    `end` was the end of the queue before it was searched: what returned since goes behind it and is found at once.
    What is opened wakes everybody. The time bounds how long a place would be missed that came up behind the cursor
    in any other way.
    """
    rater.queue_cursor, rater.queue_epoch = end, rater.project.queue_epoch
    rater.drained_until = now + DRAINED_FOR
    rater.save(update_fields=["queue_cursor", "queue_epoch", "drained_until"])


def is_resting(*, rater: Rater, now: datetime) -> bool:
    """Whether a search behind the cursor would be in vain."""
    is_current = rater.queue_epoch == rater.project.queue_epoch
    return is_current and rater.drained_until is not None and now < rater.drained_until


def wake_raters(*, project: Project) -> None:
    """New places may lie behind the cursors of those who had been through everything."""
    Rater.objects.filter(project=project).exclude(drained_until=None).update(drained_until=None)
