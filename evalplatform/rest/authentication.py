"""Bearer tokens: looked up by hash, refused when expired or revoked."""

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from evalplatform.accounts.models import ApiToken, User
from evalplatform.accounts.tokens import note_use
from evalplatform.common.addresses import client_address
from evalplatform.common.composed import composed
from evalplatform.common.hashing import hash_secret
from evalplatform.common.throttle import count_failure, refuse_guessers


class BearerTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer evp_…`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        address = client_address(request)
        refuse_guessers(address=address)
        token = _find_token.find(digest=hash_secret(secret.strip()))
        now = timezone.now()
        if (
            token is None
            or token.revoked_at is not None
            or (token.expires_at is not None and token.expires_at <= now)
            or not token.user.is_active
        ):
            count_failure(address=address)
            raise AuthenticationFailed("The token is unknown, expired or revoked.")
        note_use(token=token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="evalplatform"'


@composed
def _find_token(digest: str) -> QuerySet[ApiToken]:
    return ApiToken.objects.select_related("user").filter(digest=digest)
