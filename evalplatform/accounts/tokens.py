"""API tokens: prefixed, shown once, kept as a hash; a token gives no more than it has."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import ApiToken, User
from evalplatform.accounts.scopes import Scope, join_scopes, read_scopes
from evalplatform.common.errors import Denied, Invalid, Missing
from evalplatform.common.hashing import hash_secret

PREFIX = "evp_"
LIFETIME = timedelta(days=90)
LONGEST = timedelta(days=365)
NOTED_EVERY = timedelta(minutes=1)


def create_api_token(
    *, user: User, name: str, expires_at: datetime | None = None, scopes: Iterable[Scope] = ()
) -> tuple[ApiToken, str]:
    """A new token and its secret, which can be read nowhere later. Without scopes it has all."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=secret[:12],
        digest=hash_secret(secret),
        scopes=sorted(scopes, key=list(Scope).index),
        expires_at=expires_at,
    )
    return token, secret


def issue_api_token(
    *,
    user: User,
    name: str,
    scopes: Iterable[Scope] = (),
    expires_at: datetime | None = None,
    maker: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """A token that a user makes for themselves: for 90 days unless told, a year at most.

    `maker` is the token they came with, if any: the new one has no more scopes and no longer life. Without
    `scopes` it has all that its maker has. Raises Invalid or Denied.
    """
    held = read_scopes(maker)
    wanted = frozenset(scopes) or held
    if not wanted <= held:
        raise Denied(f"A token gives no more than it has: {join_scopes(held)}.")
    ends = _bound_life(expires_at, maker)
    with transaction.atomic():
        token, secret = create_api_token(user=user, name=name, expires_at=ends, scopes=wanted)
        record_event(
            actor=user,
            action="create_token",
            target="api_token",
            target_id=token.public_id,
            details={"scopes": token.scopes, "expires_at": ends.isoformat()},
        )
    return token, secret


def _bound_life(expires_at: datetime | None, maker: ApiToken | None) -> datetime:
    now = timezone.now()
    latest = maker.expires_at if maker else None
    if expires_at is None:
        return min(now + LIFETIME, latest or now + LIFETIME)
    if expires_at <= now:
        raise Invalid.at("must be in the future", field="expires_at")
    if expires_at > now + LONGEST:
        raise Invalid.at("must be within a year", field="expires_at")
    if latest is not None and expires_at > latest:
        raise Denied("A token gives no longer life than its own.")
    return expires_at


def list_api_tokens(*, user: User) -> QuerySet[ApiToken]:
    """The user's tokens that were not revoked, newest first."""
    return ApiToken.objects.filter(user=user, revoked_at=None).order_by("-pk")


def revoke_api_token(*, user: User, public_id: UUID, maker: ApiToken | None = None) -> None:
    """End one of the user's tokens at once. Raises Missing, or Denied where it may do more than `maker`."""
    with transaction.atomic():
        token = list_api_tokens(user=user).select_for_update().filter(public_id=public_id).first()
        if token is None:
            raise Missing("No such token.")
        if not read_scopes(token) <= read_scopes(maker):
            raise Denied("A token ends none that may do more than itself.")
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record_event(actor=user, action="revoke_token", target="api_token", target_id=public_id)


def note_use(*, token: ApiToken) -> None:
    """Keep when the token was last used, at most once a minute."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at <= now - NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
