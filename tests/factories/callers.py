"""Whoever opens a page or calls the API in a test: browsers that are signed in, and clients with a token."""

from typing import Any  # fields of a user

from django.test import Client

from annotations.models import Project, Role
from evalplatform.accounts.models import User
from evalplatform.accounts.tokens import create_api_token
from tests.factories.ledger import make_member, make_user


def sign_in(project: Project | None, role: Role = Role.RESEARCHER, **user: Any) -> Client:
    """The browser of somebody new with this role in the project; with None, of somebody who has none."""
    account = make_user(**user)
    if project is not None:
        make_member(project, role, user=account)
    return open_browser(account)


def open_browser(user: User | None) -> Client:
    """The browser of this person, signed in; of a rater, that is `rater.user`."""
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def open_api(user: User | None) -> Client:
    """A client that calls the API with a token of this person, of every scope."""
    assert user is not None
    return Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
