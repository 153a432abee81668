"""The signed-in user behind a request, typed."""

from django.http import HttpRequest

from evalplatform.accounts.models import User
from evalplatform.common.errors import Denied


def current_user(request: HttpRequest) -> User:
    """The user of a request that passed `login_required`. Raises Denied for anybody else."""
    if not isinstance(request.user, User):
        raise Denied("Please sign in.")
    return request.user
