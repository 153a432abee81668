"""The signed-in user behind a request, typed."""

from django.http import HttpRequest

from evalplatform.accounts.models import User
from evalplatform.common.errors import Denied


def require_user(user: object) -> User:
    """`user` if it is one of ours. Raises Denied for anybody else."""
    if not isinstance(user, User):
        raise Denied("Please sign in.")
    return user


def current_user(request: HttpRequest) -> User:
    """The user of a request that passed `login_required`. Raises Denied for anybody else."""
    return require_user(request.user)
