"""Tokens reach what their scopes name; a view that declares no scope is closed to tokens that are limited."""

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from evalplatform.accounts.models import ApiToken
from evalplatform.accounts.scopes import EVERY_SCOPE, Scope, join_scopes, read_scopes
from evalplatform.common.errors import Denied

if TYPE_CHECKING:  # views name their permissions before they exist
    from rest_framework.views import APIView

Scopes = tuple[Scope, ...]


@runtime_checkable
class Scoped(Protocol):
    """A view that says by method which scopes open it; one of them suffices."""

    def scopes_of(self, method: str) -> Scopes: ...


class HasScope(BasePermission):
    """Whether the token, if the caller came with one, is good for this."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """True, or Denied with words."""
        held = read_scopes(request.auth if isinstance(request.auth, ApiToken) else None)
        if held == EVERY_SCOPE or request.method not in view.allowed_methods:  # the latter is answered by 405
            return True
        wanted = view.scopes_of(str(request.method)) if isinstance(view, Scoped) else ()
        if held.isdisjoint(wanted):
            needed = " or ".join(wanted) or join_scopes(Scope)
            raise Denied(f"This needs a token with the scope {needed}; this one has {join_scopes(held)}.")
        return True
