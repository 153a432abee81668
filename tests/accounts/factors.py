"""A second factor turned on, as its owner does it, and codes of its app."""

from datetime import timedelta

import pyotp
import time_machine
from django.test import Client
from django.utils import timezone

from evalplatform.accounts.models import SecondFactor, User
from evalplatform.common.vault import decrypt_secret
from tests.factories.callers import open_browser

PASSWORD = "correct horse battery staple"
PLACE = "/account/second-factor/"
STEP = 30  # seconds


def read_key(user: User) -> str:
    return decrypt_secret(SecondFactor.objects.get(user=user).key)


def show_code(user: User, steps: int = 0) -> str:
    """What the app shows, or shows so many steps from now."""
    return pyotp.TOTP(read_key(user)).at(int(timezone.now().timestamp()) + STEP * steps)


def confirm(client: Client, user: User) -> list[str]:
    """The recovery codes that the page shows."""
    answer = client.post(f"{PLACE}confirm/", {"code": show_code(user)})
    return list(answer.context["codes"] or ())


def turn_on(user: User, client: Client | None = None) -> list[str]:
    """Turn it on in this browser, or in a new one; the recovery codes."""
    client = client or open_browser(user)
    client.post(f"{PLACE}begin/", {"proof": PASSWORD})
    codes = confirm(client, user)
    user.refresh_from_db()
    return codes


def later(steps: int) -> time_machine.travel:
    """So many time steps from now: the code of turning it on is used up."""
    return time_machine.travel(timezone.now() + timedelta(seconds=STEP * steps), tick=False)
