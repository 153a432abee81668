"""A second factor on one's own page: begun, confirmed, renewed, turned off, reset; kept secret all the while."""

from datetime import timedelta

import pyotp
import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from evalplatform.accounts.erasing import erase_user
from evalplatform.accounts.models import AuditEvent, RecoveryCode, SecondFactor, User
from evalplatform.accounts.second_factor import begin_second_factor, has_second_factor
from evalplatform.common.errors import Conflict
from evalplatform.common.vault import decrypt_secret
from tests.accounts.factors import PASSWORD, PLACE, confirm, later, turn_on
from tests.factories.callers import open_api, open_browser

pytestmark = pytest.mark.database


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password=PASSWORD)


def list_actions(user: User) -> list[str]:
    return list(
        AuditEvent.objects.filter(target_id=str(user.public_id))
        .order_by("pk")
        .values_list("action", flat=True)
    )


def dump_tables() -> str:
    """Every value of every table."""
    rows = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr(rows)


def test_it_is_begun_with_the_password_and_confirmed_by_a_code(ada: User) -> None:
    client = open_browser(ada)
    assert "Turn on a second factor" in client.get("/profile/").content.decode()
    assert client.post(f"{PLACE}begin/", {"proof": "wrong"}).status_code == 400
    assert client.post(f"{PLACE}begin/", {}).status_code == 400
    assert not SecondFactor.objects.exists()

    assert client.post(f"{PLACE}begin/", {"proof": PASSWORD}).status_code == 302
    key = decrypt_secret(SecondFactor.objects.get().key)
    page = client.get(PLACE).content.decode()
    assert key in page
    assert "data:image/svg+xml" in page
    assert not has_second_factor(ada)

    assert client.post(f"{PLACE}confirm/", {"code": "000000"}).status_code == 400
    assert not has_second_factor(ada)
    shown = client.post(f"{PLACE}confirm/", {"code": pyotp.TOTP(key).now()})
    assert shown.status_code == 200
    assert has_second_factor(ada)
    codes = shown.context["codes"]
    assert len(codes) == 10
    assert all(code in shown.content.decode() for code in codes)
    later_page = client.get(PLACE).content.decode()
    assert key not in later_page
    assert not any(code in later_page for code in codes)
    assert "10 recovery codes are left." in later_page
    assert "On: signing in asks for a code" in client.get("/profile/").content.decode()
    assert list_actions(ada) == ["begin_second_factor", "turn_on_second_factor"]


def test_whoever_signs_in_by_link_needs_no_password_to_begin() -> None:
    linked = User.objects.create_user("linked")
    client = open_browser(linked)
    assert client.post(f"{PLACE}begin/").status_code == 302
    assert confirm(client, linked)
    assert has_second_factor(linked)


def test_every_other_session_is_over_and_tokens_go_on(ada: User) -> None:
    elsewhere, api = open_browser(ada), open_api(ada)
    here = open_browser(ada)
    turn_on(ada, here)

    assert here.get("/").status_code == 200
    assert elsewhere.get("/")["Location"].startswith("/sign-in/")
    assert api.get("/api/v1/projects/").status_code == 200


def test_it_is_not_begun_over_one_that_is_on(ada: User) -> None:
    turn_on(ada)
    before = SecondFactor.objects.get().key
    client = open_browser(ada)
    assert client.post(f"{PLACE}begin/", {"proof": PASSWORD}).status_code == 409
    assert client.post(f"{PLACE}confirm/", {"code": "123456"}).status_code == 409
    assert SecondFactor.objects.get().key == before
    with pytest.raises(Conflict):
        begin_second_factor(user=ada)


@pytest.mark.parametrize("door", ["codes", "off"])
def test_turning_off_and_new_codes_want_a_proof(ada: User, door: str) -> None:
    turn_on(ada)
    client = open_browser(ada)
    for proof in ("", "wrong", "000000"):
        assert client.post(f"{PLACE}{door}/", {"proof": proof}).status_code == 400
    assert has_second_factor(ada)
    assert list_actions(ada)[-1] == "turn_on_second_factor"


@pytest.mark.parametrize("kind", ["password", "code", "recovery code"])
def test_it_is_turned_off_by_password_code_or_recovery_code(ada: User, kind: str) -> None:
    codes = turn_on(ada)
    with later(1):
        key = decrypt_secret(SecondFactor.objects.get().key)
        proof = {"password": PASSWORD, "code": pyotp.TOTP(key).now(), "recovery code": codes[3]}[kind]
        client = open_browser(ada)
        assert client.post(f"{PLACE}off/", {"proof": proof}).status_code == 302
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert list_actions(ada)[-1] == "turn_off_second_factor"


def test_new_recovery_codes_void_the_old_ones(ada: User) -> None:
    old = turn_on(ada)
    client = open_browser(ada)
    new = client.post(f"{PLACE}codes/", {"proof": PASSWORD}).context["codes"]
    assert len(set(new) | set(old)) == 20
    assert client.post(f"{PLACE}off/", {"proof": old[0]}).status_code == 400
    assert client.post(f"{PLACE}off/", {"proof": new[0]}).status_code == 302


def test_guessed_proofs_lock_like_guessed_passwords(ada: User) -> None:
    turn_on(ada)
    client = open_browser(ada)
    statuses = [client.post(f"{PLACE}off/", {"proof": f"{number:06}"}).status_code for number in range(10)]
    assert statuses == [400] * 9 + [429]
    assert client.post(f"{PLACE}off/", {"proof": PASSWORD}).status_code == 429
    assert has_second_factor(ada)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert client.post(f"{PLACE}off/", {"proof": PASSWORD}).status_code == 302


def test_neither_key_nor_recovery_codes_stand_in_any_table(ada: User) -> None:
    client = Client()
    client.post("/sign-in/", {"username": "ada", "password": PASSWORD})
    codes = turn_on(ada, client)
    key = decrypt_secret(SecondFactor.objects.get().key)
    other = Client()
    other.post("/sign-in/", {"username": "ada", "password": PASSWORD})
    other.post("/sign-in/code/", {"code": "QQQQ-wrong-but-nearly"})
    client.post(f"{PLACE}off/", {"proof": "nearly-the-password"})
    other.post("/sign-in/code/", {"code": codes[0]})

    tables = dump_tables()
    for secret in (
        key,
        *codes,
        *(code.replace("-", "") for code in codes),
        "QQQQ-wrong",
        "nearly-the-password",
    ):
        assert secret not in tables


def lose_master_key(settings: Settings) -> None:
    settings.EVALPLATFORM_MASTER_KEYS = [Fernet.generate_key().decode()]


def test_recovery_codes_work_without_the_master_key(ada: User, settings: Settings) -> None:
    codes = turn_on(ada)
    lose_master_key(settings)
    client = Client()
    client.post("/sign-in/", {"username": "ada", "password": PASSWORD})
    assert client.post("/sign-in/code/", {"code": "123456"}).status_code == 409
    assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == 302
    assert client.post(f"{PLACE}off/", {"proof": codes[1]}).status_code == 302


def test_a_key_that_cannot_be_read_is_drawn_anew(ada: User, settings: Settings) -> None:
    client = open_browser(ada)
    client.post(f"{PLACE}begin/", {"proof": PASSWORD})
    lose_master_key(settings)
    assert client.get(PLACE).status_code == 200
    client.post(f"{PLACE}begin/", {"proof": PASSWORD})
    assert confirm(client, ada)


def test_an_erased_account_has_none(ada: User) -> None:
    turn_on(ada)
    erase_user(user=ada, actor=None)
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count()) == (0, 0)


def test_it_is_reset_by_a_command(ada: User, capsys: pytest.CaptureFixture[str]) -> None:
    turn_on(ada)
    client = open_browser(User.objects.get(pk=ada.pk))
    call_command("reset_second_factor", "ada")
    assert "signed out everywhere" in capsys.readouterr().out
    assert not SecondFactor.objects.exists()
    assert client.get("/").status_code == 302
    assert AuditEvent.objects.filter(action="reset_second_factor", target_id=str(ada.public_id)).count() == 1
    assert Client().post("/sign-in/", {"username": "ada", "password": PASSWORD})["Location"] == "/"


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_there_must_be_something_to_reset(ada: User, name: str) -> None:
    with pytest.raises(CommandError):
        call_command("reset_second_factor", name)
    assert not AuditEvent.objects.filter(action="reset_second_factor").exists()
