"""One order of locks for all: project, task, raters, cautions, leases by id, places.

Whoever holds one of these asks for none that stands before it, so that no two wait for each other.
"""

from annotations.models import Rater
from evalplatform.common.errors import Missing


def hold_rater(rater: Rater) -> Rater:
    """The rater as they are now, with their project, held until the transaction ends: their claims wait meanwhile.

    Not a full lock: rows that name the rater are written all the same. Raises Missing where the project is gone.
    """
    locked = Rater.objects.select_related("project").select_for_update(no_key=True, of=("self",))
    held = locked.filter(pk=rater.pk).first()
    if held is None:
        raise Missing("No such rater.")
    return held
