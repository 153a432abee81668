"""What went wrong, how long it takes, what it cost: in words, for every page about judges."""

import re
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

FAILURES = {
    "timeout": gettext_lazy("no answer in time"),
    "connection": gettext_lazy("the connection broke"),
    "bad_reply": gettext_lazy("not a usable answer"),
    "private_address": gettext_lazy("the address may not be called"),
    "outage": gettext_lazy("the provider is out"),
    "worker_lost": gettext_lazy("the worker died"),
    "quota": gettext_lazy("the account is used up"),
    "not_installed": gettext_lazy("the local model is not installed"),
    "unsupported": gettext_lazy("a scale that this model cannot answer"),
    "internal": gettext_lazy("an error of ours"),
    "abandoned": gettext_lazy("given back when a worker ended"),
    "http_401": gettext_lazy("the key is not accepted"),
    "http_402": gettext_lazy("the account has to be paid"),
    "http_403": gettext_lazy("the key may not use this model"),
    "http_404": gettext_lazy("there is no such model or address"),
    "http_429": gettext_lazy("too many calls for the provider's limit"),
}
STATUS = re.compile(r"http_([1-5][0-9]{2})")
MINUTE, HOUR = 60, 3600
SMALL = Decimal("0.001")  # USD, from which on four places tell amounts apart


def is_failure(reason: str) -> bool:
    """Whether a call can have failed for this reason."""
    return reason in FAILURES or STATUS.fullmatch(reason) is not None


def name_failure(reason: str) -> str:
    """Why a call failed, in words."""
    if reason in FAILURES:
        return str(FAILURES[reason])
    if status := STATUS.fullmatch(reason):
        return _("the provider answered %(status)s") % {"status": status[1]}
    return reason


def describe_seconds(seconds: float) -> str:
    """A span of time as precisely as anybody wants to know it."""
    if seconds < MINUTE:
        return _("less than a minute")
    if seconds < HOUR:
        minutes = round(seconds / MINUTE)
        return ngettext("about %(count)s minute", "about %(count)s minutes", minutes) % {"count": minutes}
    hours = round(seconds / HOUR)
    return ngettext("about %(count)s hour", "about %(count)s hours", hours) % {"count": hours}


def describe_money(amount: Decimal | None) -> str:
    """USD to the fourth place, finer where it is less; nothing is 0."""
    if amount is None:
        return _("price unknown")
    if not amount:
        return "0 USD"
    if amount >= SMALL:
        return f"{number_format(amount, 4)} USD"
    return f"{number_format(amount, 8).rstrip('0')} USD"
