"""The one door into an account: past the password or the link, and past a code where a second factor is on.

Between the two nobody is signed in. The session holds a marker of who may enter with a code: for five minutes, and no
longer than the password and the sessions of the account stay as they are.
"""

import time
from dataclasses import dataclass

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from evalplatform.accounts.models import User
from evalplatform.accounts.second_factor import has_second_factor

BACKEND = "django.contrib.auth.backends.ModelBackend"
MARKER = "awaits_code"
PATIENCE = 5 * 60  # seconds from password or link to code


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who may enter with a code, and where to then."""

    user: User
    to: str


def enter(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Sign in, or ask for a code first. `to` is an address of ours that has been checked."""
    if not has_second_factor(user):
        login(request, user, backend=BACKEND)
        return redirect(to)
    if request.user.is_authenticated:
        logout(request)
    else:
        request.session.cycle_key()
    request.session[MARKER] = {
        "user": str(user.public_id),
        "at": time.time(),
        "state": user.get_session_auth_hash(),
        "to": to,
    }
    return redirect("sign-in-code")


def find_newcomer(request: HttpRequest) -> Newcomer | None:
    """Who is waited for in this session; None where nobody is, or no longer."""
    marker = request.session.get(MARKER)
    if marker is None or not 0 <= time.time() - marker["at"] <= PATIENCE:
        return None
    user = User.objects.filter(public_id=marker["user"], is_active=True).first()
    if user is None or not constant_time_compare(marker["state"], user.get_session_auth_hash()):
        return None
    return Newcomer(user, marker["to"])


def let_in(request: HttpRequest, newcomer: Newcomer) -> HttpResponse:
    """Sign in: the code was right."""
    request.session.pop(MARKER, None)
    login(request, newcomer.user, backend=BACKEND)
    return redirect(newcomer.to)
