from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from evalplatform.accounts.models import ApiToken, User
from evalplatform.accounts.tokens import create_api_token
from evalplatform.rest.authentication import BearerTokenAuthentication

pytestmark = pytest.mark.database


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def authenticate(header: str) -> tuple[User, ApiToken] | None:
    request = Request(RequestFactory().get("/", headers={"authorization": header}))
    return BearerTokenAuthentication().authenticate(request)


def test_a_token_says_who_it_is(ada: User) -> None:
    token, secret = create_api_token(user=ada, name="pipeline")

    assert authenticate(f"Bearer {secret}") == (ada, token)


def test_only_a_hash_and_the_first_characters_are_kept(ada: User) -> None:
    token, secret = create_api_token(user=ada, name="pipeline")

    row = ApiToken.objects.values_list().get(pk=token.pk)
    assert all(secret not in str(value) for value in row)
    assert secret.startswith(token.prefix)


@pytest.mark.parametrize(
    "change",
    [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}],
    ids=["revoked", "expired"],
)
def test_a_dead_token_is_refused(ada: User, change: dict[str, object]) -> None:
    _, secret = create_api_token(user=ada, name="pipeline")
    ApiToken.objects.update(**change)

    with pytest.raises(AuthenticationFailed):
        authenticate(f"Bearer {secret}")


def test_a_token_of_a_closed_account_is_refused(ada: User) -> None:
    _, secret = create_api_token(user=ada, name="pipeline")
    User.objects.update(is_active=False)

    with pytest.raises(AuthenticationFailed):
        authenticate(f"Bearer {secret}")


def test_other_schemes_are_left_to_others() -> None:
    assert authenticate("Basic YTpi") is None
    assert authenticate("") is None
