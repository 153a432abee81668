"""Raters for whom nothing is left: they are not searched for behind their cursor on every poll."""

from datetime import datetime, timedelta

from annotations.domain.leases import find_last_rank
from annotations.models import Project, Rater

DRAINED_FOR = timedelta(seconds=60)


def rest_rater(*, rater: Rater, now: datetime) -> None:
    """Note that nothing up to the end of the queue is left for the rater.

    What returns later goes behind that end and is found at once; what is opened wakes everybody. The time bounds
    how long a place would be missed that came up behind the cursor in any other way.
    """
    Rater.objects.filter(pk=rater.pk).update(
        queue_cursor=find_last_rank(rater.project_id),
        queue_epoch=rater.project.queue_epoch,
        drained_until=now + DRAINED_FOR,
    )


def is_resting(*, rater: Rater, now: datetime) -> bool:
    """Whether a search behind the cursor would be in vain."""
    is_current = rater.queue_epoch == rater.project.queue_epoch
    return is_current and rater.drained_until is not None and now < rater.drained_until


def wake_raters(*, project: Project) -> None:
    """New places may lie behind the cursors of those who had been through everything."""
    Rater.objects.filter(project=project).exclude(drained_until=None).update(drained_until=None)
