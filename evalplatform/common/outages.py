"""A database that does not answer is an outage, not a fault: every caller hears 503 and when to come back."""

import sqlite3

import structlog
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from evalplatform.common.errors import Unavailable

RETRY_AFTER = 5  # seconds: a restart or a lock is over by then, more often than not

log = structlog.get_logger("outages")


def read_outage(error: BaseException | None) -> Unavailable | None:
    """What to tell of this error if it means that the database is away, or has no room; None for any other."""
    if isinstance(
        error, sqlite3.OperationalError
    ):  # of tables of one's own: Django's are told as its own errors
        log.error("temporary tables cannot be kept", exc_info=error)
        return Unavailable(
            _("There is no room for temporary files just now. Please try again in a moment."),
            retry_after=RETRY_AFTER,
        )
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    log.error("the database does not answer", exc_info=error)
    return Unavailable(
        _("The database does not answer just now. Please try again in a moment."), retry_after=RETRY_AFTER
    )
