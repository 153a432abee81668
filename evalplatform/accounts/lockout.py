"""Passwords that are guessed: django-axes counts in the database, so that all processes know of every failure.

A name is locked after `AXES_FAILURE_LIMIT` failures whether or not there is such an account, an address after ten
times as many; a quarter of an hour without a counted failure opens both. Sign-in links work all the while. Wrong codes
of a second factor count like wrong passwords, and none is taken while the name is locked.
"""

from typing import Any  # credentials and settings of the login signals are mixed

import structlog
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.addresses import client_address
from evalplatform.common.errors import Throttled
from evalplatform.common.pages import show_error

ADDRESSES_SHARE = 10  # an address may fail so many times as often as a name

log = structlog.get_logger("lockout")


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # ships no types
    """Two limits instead of one, and an alert at the moment of a lock-out."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The worse of name and address, in failures of a name: axes knows a single limit."""
        by_name, by_address = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return int(max(by_name, by_address // ADDRESSES_SHARE))

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Signing in clears one's own name only: else an account of one's own would clear an address."""
        name = (credentials or {}).get("username")
        return int(AccessAttempt.objects.filter(username=name).delete()[0])

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
    ) -> None:
        """Count the failure; the one that locks is told to the log and the trail."""
        was_locked = getattr(request, "axes_locked_out", False)
        super().user_login_failed(sender, credentials, request, **more)
        if request is not None and not was_locked and getattr(request, "axes_locked_out", False):
            report_lockout(request=request, name=str(credentials.get("username", "")))


def find_address(request: HttpRequest) -> str | None:
    """The caller's address as the table keeps it."""
    return client_address(request) or None


def report_lockout(*, request: HttpRequest, name: str) -> None:
    """The alert. A name that nobody has is not kept: it may be a password typed into the wrong field."""
    user = User.objects.filter(username=name).first()
    known = str(user.public_id) if user else ""
    address = getattr(request, "axes_ip_address", None) or ""
    log.warning(
        "lockout", user=known, address=address, failures=getattr(request, "axes_failures_since_start", None)
    )
    record_event(actor=None, action="lockout", target="user", target_id=known, details={"address": address})


def refuse_locked(*, request: HttpRequest, user: User) -> None:
    """Raises Throttled where the name or the address is locked."""
    if not AxesProxyHandler.is_allowed(request, {"username": user.username}):
        raise Throttled(
            _("Too many failed attempts. Please wait a quarter of an hour."),
            retry_after=int(settings.AXES_COOLOFF_TIME.total_seconds()),
        )


def count_wrong_proof(*, request: HttpRequest, user: User) -> None:
    """Count a wrong code as a wrong password. Raises Throttled for the one that locks."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)
    # The page that axes puts in the place of an answer advises a sign-in link, behind which a code is asked for too.
    request.axes_locked_out = False  # type: ignore[attr-defined]  # set by axes
    refuse_locked(request=request, user=user)


def answer_lockout(
    request: HttpRequest, original: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of a locked name or address: the same whether or not there is such an account."""
    error = Throttled(
        _("Too many failed attempts. Please wait a quarter of an hour, or use a sign-in link."),
        retry_after=int(settings.AXES_COOLOFF_TIME.total_seconds()),
    )
    return show_error(request, error)
