"""The next place of a rater, found and leased by one statement."""

from django.db import connection

from annotations.models import Rater
from annotations.queries.open_slots import LOCKED, OpenPlace, describe_search, write_search

# `state` is looked at again: on PostgreSQL the row lock keeps people from queueing for one place, and this decides.
TAKE = """
UPDATE annotations_slot SET state = 'leased' WHERE id = ({search}) AND state = 'free' RETURNING id, task_id, rank
"""


def take_place(*, rater: Rater, above: int) -> OpenPlace | None:
    """Lease the first free place above this rank that the rater may be dealt; None where there is none.

    Places that others are taking at this moment are passed over, where rows can be locked. Reads `project`.
    """
    locked = LOCKED if connection.features.has_select_for_update_skip_locked else ""
    search = write_search(is_gated=rater.project.is_gated, columns="slot.id", locked=locked)
    with connection.cursor() as cursor:
        cursor.execute(TAKE.format(search=search), describe_search(rater, above, 1))
        taken = cursor.fetchall()
    return OpenPlace(*taken[0]) if taken else None
