"""The account that a judge calls: all its loops, on all machines, keep to its limits together."""

from evalplatform.common.vault import digest_secret
from judges.engine.pacing.pace import SharedPace
from judges.engine.pacing.pacer import Pacer
from judges.models import Judge, Provider

LIMITS = ("requests_per_minute", "tokens_per_minute")


def open_pacer(judge: Judge, *, key: str, calls: int) -> Pacer:
    """A pacer for at most `calls` at once, shared by all who call the same model with the same key."""
    account = name_account(judge, key=key)
    if not account:
        return Pacer(calls)
    return Pacer(calls, SharedPace(account), own=read_own_limits(judge), account=account)


def name_account(judge: Judge, *, key: str) -> str:
    """A name that tells nothing of the key; empty for a judge that calls nobody's account."""
    connection = judge.connection
    if connection is None or connection.provider == Provider.LOCAL:
        return ""
    return digest_secret(connection.provider, connection.base_url, key, judge.model)


def read_own_limits(judge: Judge) -> tuple[int, int]:
    """Requests and tokens a minute that the judge itself is bound to; 0: none."""
    requests, tokens = (int(judge.parameters.get(name, 0)) for name in LIMITS)
    return requests, tokens
