"""Signing in where a second factor is on: nobody is signed in before the code, and a code is good once."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from evalplatform.accounts.entering import MARKER
from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.models import AuditEvent, LinkPurpose, User
from evalplatform.accounts.passwords import end_sessions
from evalplatform.accounts.second_factor import turn_off_second_factor
from evalplatform.settings.env import REPOSITORY
from tests.accounts.factors import PASSWORD, later, show_code, turn_on

pytestmark = pytest.mark.database
ASK = "/sign-in/code/"
TOO_LATE = "This sign-in was begun too long ago, or elsewhere."
LOCKED = "Too many failed attempts. Please wait a quarter of an hour."


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password=PASSWORD)


@pytest.fixture
def recovery(ada: User) -> Iterator[list[str]]:
    """The recovery codes of Ada's second factor, a minute after it was turned on: the clock stands."""
    codes = turn_on(ada)
    with later(2):
        yield codes


def knock(password: str = PASSWORD, address: str = "192.0.2.1", to: str = "") -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post("/sign-in/", {"username": "ada", "password": password, "next": to})
    return client


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session and client.get("/").status_code == 200


def send(client: Client, code: str) -> int:
    return client.post(ASK, {"code": code}).status_code


def test_a_password_alone_signs_nobody_in(ada: User, recovery: list[str]) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"username": "ada", "password": PASSWORD, "next": "/tokens/"})
    assert (answer.status_code, answer["Location"]) == (302, ASK)
    assert not is_in(client)
    assert client.get("/tokens/")["Location"].startswith("/sign-in/?")
    assert client.get("/api/v1/projects/").status_code == 401

    before = client.session.session_key
    answer = client.post(ASK, {"code": show_code(ada)})
    assert (answer.status_code, answer["Location"]) == (302, "/tokens/")
    assert is_in(client)
    assert client.session.session_key != before
    assert MARKER not in client.session


def test_a_wrong_password_is_answered_as_without_a_second_factor(ada: User, recovery: list[str]) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"username": "ada", "password": "wrong"})
    assert "Name and password do not match an account." in answer.content.decode()
    assert MARKER not in client.session
    assert TOO_LATE in client.get(ASK).content.decode()


def test_a_place_elsewhere_is_not_gone_to(ada: User, recovery: list[str]) -> None:
    client = knock(to="https://evil.example/")
    assert client.post(ASK, {"code": show_code(ada)})["Location"] == "/"


def test_a_link_alone_signs_nobody_in(ada: User, recovery: list[str]) -> None:
    client = Client()
    assert client.post(f"/sign-in/{create_sign_in_link(user=ada)}/")["Location"] == ASK
    assert not is_in(client)
    assert send(client, show_code(ada)) == 302
    assert is_in(client)


def test_a_link_for_a_password_alone_signs_nobody_in(ada: User, recovery: list[str]) -> None:
    client, new = Client(), "another horse battery staple"
    link = create_sign_in_link(user=ada, purpose=LinkPurpose.PASSWORD)
    form = {"new_password1": new, "new_password2": new}
    assert client.post(f"/password/{link}/", form)["Location"] == ASK
    assert not is_in(client)
    assert send(client, show_code(ada)) == 302
    assert is_in(client)


def test_whoever_was_signed_in_there_is_no_longer(ada: User, recovery: list[str]) -> None:
    client = Client()
    client.force_login(User.objects.create_user("eve"))
    client.post(f"/sign-in/{create_sign_in_link(user=ada)}/")
    assert not is_in(client)


def test_a_code_is_taken_once(ada: User, recovery: list[str]) -> None:
    code = show_code(ada)
    assert send(knock(), code) == 302
    again = knock()
    answer = again.post(ASK, {"code": code})
    assert answer.status_code == 400
    assert "This code is wrong, too old, or was used before." in answer.content.decode()
    assert not is_in(again)


def test_after_a_code_none_of_before_is_taken(ada: User, recovery: list[str]) -> None:
    before, ahead = show_code(ada, -1), show_code(ada, 1)
    assert send(knock(), ahead) == 302
    assert [send(knock(), code) for code in (before, show_code(ada), ahead)] == [400] * 3


def test_the_code_that_turned_it_on_does_not_sign_in(ada: User) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        turn_on(ada)
        assert send(knock(), show_code(ada)) == 400


@pytest.mark.parametrize(("steps", "status"), [(-2, 400), (-1, 302), (0, 302), (1, 302), (2, 400)])
def test_a_clock_may_be_a_step_off(ada: User, steps: int, status: int) -> None:
    turn_on(ada)
    with later(10):
        assert send(knock(), show_code(ada, steps)) == status


def test_a_recovery_code_works_once(ada: User, recovery: list[str]) -> None:
    typed = f" {recovery[0].lower().replace('-', ' ')} "
    client = knock()
    assert send(client, typed) == 302
    assert is_in(client)
    assert [send(knock(), code) for code in (recovery[0], recovery[1])] == [400, 302]
    used = AuditEvent.objects.filter(action="use_recovery_code", target_id=str(ada.public_id))
    assert [(event.actor, event.details) for event in used] == [(ada, {})] * 2


def test_codes_of_somebody_else_are_wrong(ada: User, recovery: list[str]) -> None:
    eve = User.objects.create_user("eve", password=PASSWORD)
    theirs = turn_on(eve)
    with later(2):
        assert [send(knock(), code) for code in (show_code(eve), theirs[0])] == [400, 400]


def test_the_marker_is_good_for_five_minutes(ada: User, recovery: list[str]) -> None:
    early, late = knock(), knock()
    start = timezone.now()
    with time_machine.travel(start + timedelta(minutes=4, seconds=59), tick=False):
        assert send(early, show_code(ada)) == 302
    with time_machine.travel(start + timedelta(minutes=5, seconds=1), tick=False):
        answer = late.post(ASK, {"code": recovery[0]})
        assert TOO_LATE in answer.content.decode()
        assert not is_in(late)
        assert send(knock(), recovery[0]) == 302  # it was not used up


def test_without_a_marker_nothing_is_taken(ada: User, recovery: list[str]) -> None:
    client = Client()
    assert TOO_LATE in client.post(ASK, {"code": recovery[0]}).content.decode()
    assert not is_in(client)
    assert send(knock(), recovery[0]) == 302


@pytest.mark.parametrize("change", ["password", "sessions", "closed", "signed out"])
def test_what_ends_sessions_ends_the_marker(ada: User, recovery: list[str], change: str) -> None:
    client = knock()
    if change == "password":
        ada.set_password("another horse battery staple")
        ada.save()
    elif change == "sessions":
        end_sessions(user=ada)
    elif change == "closed":
        User.objects.filter(pk=ada.pk).update(is_active=False)
    else:
        client.post("/sign-out/")
    assert TOO_LATE in client.post(ASK, {"code": recovery[0]}).content.decode()
    assert not is_in(client)


def test_codes_are_not_taken_of_what_was_turned_off_meanwhile(ada: User, recovery: list[str]) -> None:
    client, code = knock(), show_code(ada)
    turn_off_second_factor(user=ada)
    assert [send(client, each) for each in (code, recovery[0])] == [400, 400]
    assert is_in(knock())


def test_guessed_codes_lock_the_name_as_guessed_passwords_do(ada: User, recovery: list[str]) -> None:
    clients = [knock(address=f"192.0.2.{number}") for number in range(10)]
    answers = [client.post(ASK, {"code": "000000"}) for client in clients]
    assert [answer.status_code for answer in answers] == [400] * 9 + [429]
    assert LOCKED in answers[-1].content.decode()
    assert "sign-in link" not in answers[-1].content.decode()
    assert answers[-1]["Retry-After"] == "900"

    assert [send(clients[0], code) for code in (show_code(ada), recovery[0])] == [429, 429]
    by_link = Client(REMOTE_ADDR="198.51.100.7")
    by_link.post(f"/sign-in/{create_sign_in_link(user=ada)}/")
    assert send(by_link, show_code(ada)) == 429
    assert Client().post("/sign-in/", {"username": "ada", "password": PASSWORD}).status_code == 429
    assert AuditEvent.objects.filter(action="lockout", target_id=str(ada.public_id)).count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        client = knock()
        assert send(client, recovery[0]) == 302
        assert is_in(client)


def test_passwords_and_codes_are_counted_together(ada: User, recovery: list[str]) -> None:
    for _ in range(5):
        knock("wrong")
    client = knock()
    assert [send(client, "000000") for _ in range(5)] == [400] * 4 + [429]


def test_the_right_password_forgives_nothing_before_the_code(ada: User, recovery: list[str]) -> None:
    assert [send(knock(), "000000") for _ in range(10)] == [400] * 9 + [429]


def test_it_speaks_russian(ada: User, recovery: list[str]) -> None:
    client = knock()
    page = client.get(ASK, headers={"Accept-Language": "ru"}).content.decode()
    assert "Введите шесть цифр" in page


def test_nothing_else_signs_in() -> None:
    """`login` of Django is called behind the one door, and for accounts that were made a moment ago."""
    callers = [
        str(file.relative_to(REPOSITORY))
        for folder in ("evalplatform", "annotations", "judges")
        for file in sorted((Path(REPOSITORY) / folder).rglob("*.py"))
        if any(
            isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "login"
            for node in ast.walk(ast.parse(file.read_text()))
        )
    ]
    assert callers == ["evalplatform/accounts/entering.py", "annotations/views/join.py"]
