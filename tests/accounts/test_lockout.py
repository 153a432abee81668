"""Row 32: passwords, sign-in links and tokens that are guessed."""

from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
import redis
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.models import AuditEvent, User
from evalplatform.accounts.tokens import create_api_token
from evalplatform.common import throttle
from tests.home.test_pages import MASKED_TOKEN

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.database
PASSWORD = "correct horse battery staple"
WRONG = "Name and password do not match an account."
LOCKED = "Too many failed attempts. Please wait a quarter of an hour, or use a sign-in link."


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password=PASSWORD)


def guess(name: str, password: str = "wrong", address: str = "192.0.2.1", language: str = "en") -> "Answer":
    headers = {"Accept-Language": language}
    form = {"username": name, "password": password}
    return Client(REMOTE_ADDR=address, headers=headers).post("/sign-in/", form)


def read(answer: "Answer") -> tuple[int, str]:
    return answer.status_code, MASKED_TOKEN.sub("", answer.content.decode())


def test_row_32_the_tenth_failure_locks_a_name_from_everywhere(ada: User) -> None:
    answers = [guess("ada", address=f"192.0.2.{number}") for number in range(10)]

    assert [answer.status_code for answer in answers] == [200] * 9 + [429]
    assert all(WRONG in answer.content.decode() for answer in answers[:9])
    locked = guess("ada", PASSWORD, address="198.51.100.7")
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert LOCKED in locked.content.decode()


def test_row_32_a_name_that_nobody_has_is_answered_alike(ada: User) -> None:
    pairs = [(read(guess("ada")), read(guess("eve", address="192.0.2.2"))) for _ in range(12)]

    assert {mine[0] for mine, _ in pairs} == {200, 429}
    for mine, nobodys in pairs:
        assert (mine[0], mine[1].replace("ada", "…")) == (nobodys[0], nobodys[1].replace("eve", "…"))


def test_row_32_a_lock_opens_after_a_quarter_of_an_hour_whatever_was_tried_meanwhile(ada: User) -> None:
    for _ in range(10):
        guess("ada")
    start = timezone.now()

    with time_machine.travel(start + timedelta(minutes=10), tick=False):
        assert guess("ada", PASSWORD).status_code == 429
    with time_machine.travel(start + timedelta(minutes=16), tick=False):
        assert guess("ada", PASSWORD).status_code == 302


def test_row_32_the_hundredth_failure_locks_an_address_for_every_name(ada: User) -> None:
    answers = [guess(f"name{number}", address=f"2001:db8::{number:x}") for number in range(100)]

    assert [answer.status_code for answer in answers] == [200] * 99 + [429]
    assert guess("ada", PASSWORD, address="2001:db8::ffff:1").status_code == 429
    assert guess("ada", PASSWORD, address="2001:db8:1::1").status_code == 302


def test_row_32_signing_in_forgives_ones_own_failures_and_no_others(ada: User) -> None:
    User.objects.create_user("eve", password=PASSWORD)
    for _ in range(9):
        guess("ada")
        guess("eve")

    assert guess("eve", PASSWORD).status_code == 302
    assert [guess("eve").status_code, guess("ada").status_code] == [200, 429]


def test_row_32_a_link_signs_in_to_a_locked_account(ada: User, client: Client) -> None:
    for _ in range(10):
        guess("ada")

    assert client.post(f"/sign-in/{create_sign_in_link(user=ada)}/").status_code == 302
    assert client.get("/").status_code == 200


def test_row_32_a_lock_out_is_told_once(ada: User) -> None:
    with patch("evalplatform.accounts.lockout.log.warning") as alert:
        for _ in range(13):
            guess("ada")
            guess("hunter2-typed-as-a-name", address="192.0.2.9")

    told = [(call.kwargs["user"], call.kwargs["address"]) for call in alert.call_args_list]
    assert told == [(str(ada.public_id), "192.0.2.1"), ("", "192.0.2.9")]
    trail = AuditEvent.objects.filter(action="lockout").order_by("pk")
    assert [(event.target_id, event.details["address"]) for event in trail] == told


def test_row_32_the_lock_speaks_russian(ada: User) -> None:
    answers = [guess("ada", language="ru") for _ in range(10)]

    assert "Слишком много неудачных попыток." in answers[-1].content.decode()


@pytest.mark.parametrize("name", ["ada", "nobody", "linked", "closed"])
def test_row_32_every_failure_costs_one_hash(ada: User, name: str) -> None:
    User.objects.create_user("linked").set_unusable_password()
    User.objects.create_user("closed", password=PASSWORD, is_active=False)
    with patch.object(MD5PasswordHasher, "encode", autospec=True, return_value="md5$salt$x") as encode:
        assert guess(name, PASSWORD if name == "closed" else "wrong").status_code == 200

    assert encode.call_count == 1


def test_row_32_the_address_is_what_our_proxies_say(ada: User, settings: Settings) -> None:
    settings.EVALPLATFORM_TRUSTED_PROXIES = 1

    def guess_through(number: int, invented: str) -> int:
        headers = {"X-Forwarded-For": f"{invented}, 203.0.113.5"}
        form = {"username": f"name{number}", "password": "wrong"}
        return Client(REMOTE_ADDR="10.0.0.1", headers=headers).post("/sign-in/", form).status_code

    statuses = [guess_through(number, f"192.0.2.{number}") for number in range(100)]
    assert statuses == [200] * 99 + [429]
    assert guess("ada", PASSWORD, address="10.0.0.1").status_code == 302


def ask_api(secret: str, address: str = "192.0.2.1") -> "Answer":
    client = Client(REMOTE_ADDR=address, headers={"Authorization": f"Bearer {secret}"})
    return client.get("/api/v1/projects/")


def test_row_32_guessed_tokens_are_slowed(ada: User, valkey: redis.Redis) -> None:
    _, secret = create_api_token(user=ada, name="pipeline")
    statuses = [ask_api(f"evp_{number}").status_code for number in range(throttle.FAILURES)]

    assert statuses == [401] * throttle.FAILURES
    slowed = ask_api(secret)
    assert (slowed.status_code, slowed["Content-Type"]) == (429, "application/problem+json")
    assert slowed.json()["code"] == "throttled"
    assert 0 < int(slowed["Retry-After"]) <= throttle.WINDOW
    assert ask_api(secret, address="192.0.2.2").status_code == 200
    assert [0 < valkey.ttl(key) <= throttle.WINDOW for key in valkey.scan_iter()] == [True]


def test_row_32_guessed_links_are_slowed(ada: User, valkey: redis.Redis, client: Client) -> None:
    statuses = [client.get(f"/sign-in/guess-{number}/").status_code for number in range(throttle.FAILURES)]

    assert statuses == [404] * throttle.FAILURES
    slowed = client.post(f"/sign-in/{create_sign_in_link(user=ada)}/")
    assert slowed.status_code == 429
    assert 0 < int(slowed["Retry-After"]) <= throttle.WINDOW


def test_row_32_without_the_store_nobody_is_turned_away(ada: User, settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nonexistent/other.sock"
    _, secret = create_api_token(user=ada, name="pipeline")
    for number in range(throttle.FAILURES + 1):
        assert ask_api(f"evp_{number}").status_code == 401

    assert ask_api(secret).status_code == 200
