"""Items that were taken out of the work."""

from django.db.models import Q


def is_withdrawn() -> Q:
    """Whether a researcher withdrew the item.

    Not that all its tasks are withdrawn: those whose known answer was taken back may be, and new answers to their item
    get tasks all the same.
    """
    return Q(withdrawn_at__isnull=False)
