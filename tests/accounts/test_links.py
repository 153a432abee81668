from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evalplatform.accounts.links import create_sign_in_link, redeem_sign_in_link
from evalplatform.accounts.models import SignInLink, User
from evalplatform.common.errors import Missing

pytestmark = pytest.mark.database


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def test_a_link_signs_in_once(ada: User) -> None:
    secret = create_sign_in_link(user=ada)

    assert redeem_sign_in_link(secret=secret) == ada
    with pytest.raises(Missing):
        redeem_sign_in_link(secret=secret)


def test_an_old_link_signs_nobody_in(ada: User) -> None:
    secret = create_sign_in_link(user=ada, lifetime=timedelta(hours=1))

    with time_machine.travel(timezone.now() + timedelta(hours=2)), pytest.raises(Missing):
        redeem_sign_in_link(secret=secret)


def test_a_link_of_a_closed_account_signs_nobody_in(ada: User) -> None:
    secret = create_sign_in_link(user=ada)
    User.objects.update(is_active=False)

    with pytest.raises(Missing):
        redeem_sign_in_link(secret=secret)


def test_the_secret_is_nowhere_in_the_table(ada: User) -> None:
    secret = create_sign_in_link(user=ada)

    row = SignInLink.objects.values_list().get()
    assert all(secret not in str(value) for value in row)


def test_opening_the_page_does_not_use_the_link_up(ada: User, client: Client) -> None:
    address = reverse("sign-in-by-link", args=[create_sign_in_link(user=ada)])

    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_a_wrong_link_is_a_page_with_words(client: Client) -> None:
    answer = client.get(reverse("sign-in-by-link", args=["wrong"]))

    assert answer.status_code == 404
    assert "Please ask for a new one" in answer.content.decode()


def test_who_is_signed_out_is_sent_to_sign_in(client: Client, ada: User) -> None:
    page = client.get(reverse("sign-in-by-link", args=["used"])).content.decode()
    assert f'href="{reverse("sign-in")}">Sign in</a>' in page
    assert "Back to your projects" not in page

    client.force_login(ada)
    assert "Back to your projects" in client.get("/p/nowhere/").content.decode()
