"""API tokens: prefixed, shown once, kept as a hash."""

import secrets
from datetime import datetime

from evalplatform.accounts.models import ApiToken, User
from evalplatform.common.hashing import hash_secret

PREFIX = "evp_"


def create_api_token(*, user: User, name: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token and its secret, which can be read nowhere later."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, prefix=secret[:12], digest=hash_secret(secret), expires_at=expires_at
    )
    return token, secret
