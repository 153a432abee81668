"""What a token may be used for, within what its owner may do anyway."""

from collections.abc import Iterable
from enum import StrEnum

from evalplatform.accounts.models import ApiToken


class Scope(StrEnum):
    """A kind of use."""

    READ = "read"
    RATE = "rate"
    SUBMIT = "submit"
    RUN = "run"


EVERY_SCOPE = frozenset(Scope)


def read_scopes(token: ApiToken | None) -> frozenset[Scope]:
    """The scopes of a caller: all without a token (a session), and all of a token that names none."""
    if token is None or not token.scopes:
        return EVERY_SCOPE
    return frozenset(Scope(name) for name in token.scopes)


def join_scopes(scopes: Iterable[Scope]) -> str:
    """Scopes as a list of words, in their own order."""
    return ", ".join(scope for scope in Scope if scope in frozenset(scopes))
