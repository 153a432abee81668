"""One measures the reviewers' queue at a time."""

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from annotations.models import Project
from evalplatform.common.errors import Exhausted

NAMESPACE = 0x52455651  # of the database's own locks, those of this queue
LARGEST = 2**31  # its names are 32 bits each


def hold_review_queue(project: Project) -> None:
    """Hold the project's queue until the transaction ends. Only who measures it waits: raters and planners go on.

    Raises Exhausted where somebody else keeps it for too long. On SQLite who writes is alone as it is.
    """
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NAMESPACE, project.pk % LARGEST])
    except OperationalError:
        raise Exhausted(
            _("Somebody else is changing this project just now. Please try again in a moment."), retry_after=5
        ) from None
