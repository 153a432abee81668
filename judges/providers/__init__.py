"""One file a vendor; a vendor's SDK is imported when its first client is made."""

from django.conf import settings

from judges.models import Connection, Judge
from judges.models import Provider as Vendor
from judges.providers.base import PAUSING, Completion, JudgeRequest, Provider

__all__ = ["PAUSING", "Completion", "JudgeRequest", "Provider", "default_calls", "open_provider"]

LOCAL_CALLS = 2  # one answered and one waiting: more would only wait, and meet their time limit


def default_calls(judge: Judge) -> int:
    """How many calls are in flight at once unless the judge says otherwise."""
    if judge.connection is not None and judge.connection.provider == Vendor.LOCAL:
        return LOCAL_CALLS
    return int(settings.EVALPLATFORM_CALLS_IN_FLIGHT)


def open_provider(judge: Judge, *, key: str, calls: int) -> Provider:
    """A client for the judge's connection, for `calls` at once; call it on the loop that will use it."""
    if judge.builtin:
        from judges.providers.builtin import BuiltinProvider

        return BuiltinProvider(judge.builtin)
    connection = judge.connection
    if connection is None:
        raise ValueError("a judge is either builtin or has a connection")  # the database refuses others
    return _open_connection(connection, key=key, calls=calls)


def _open_connection(connection: Connection, *, key: str, calls: int) -> Provider:
    if connection.provider == Vendor.ANTHROPIC:
        from judges.providers.anthropic import AnthropicProvider

        return AnthropicProvider(key=key, base_url=connection.base_url, calls=calls)
    if connection.provider == Vendor.LOCAL:
        from judges.providers.local import LocalProvider

        return LocalProvider()
    if settings.EVALPLATFORM_TRANSPORT == "thin":
        from judges.providers.fast import FastProvider

        return FastProvider(key=key, base_url=connection.base_url, calls=calls)
    from judges.providers.openai import OpenAIProvider

    return OpenAIProvider(key=key, base_url=connection.base_url, calls=calls)
