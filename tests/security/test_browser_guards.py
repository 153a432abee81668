"""Row 33: what other sites, shared caches and old sessions try with a signed-in person."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from annotations.models import Membership, Rater, Role
from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.models import User
from evalplatform.settings.env import REPOSITORY
from tests.factories.ledger import make_member, make_person, make_project
from tests.security.matrix import MATRIX, Principal
from tests.security.sweep import Route, Sweep, list_routes, undone
from tests.security.world import build_world
from tests.settings.test_boot import GOOD

pytestmark = pytest.mark.database
PASSWORD = "correct horse battery staple"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
PAGES = [route for route in list_routes() if not route.is_api]


@pytest.fixture(autouse=True)
def _no_line_for_every_refusal(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", logger="django")


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada", password=PASSWORD)


def sign_in(user: User) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": user.username, "password": PASSWORD})
    assert client.get("/").status_code == 200
    return client


def list_writers() -> list[tuple[Route, str]]:
    return [
        (route, method)
        for route in list_routes()
        for method in MATRIX[route.key].methods
        if method in WRITING
    ]


def test_row_33_nothing_is_written_for_another_site() -> None:
    """Every method that writes, with the session of whoever may most, and no CSRF token."""
    world = build_world()
    refused: list[tuple[str, str, int]] = []
    let_in: list[tuple[str, str, int]] = []
    for route, method in list_writers():
        if route.key == "^api/":  # nothing there for anybody
            continue
        who = Principal.RATER if MATRIX[route.key].of == "assignment" else Principal.RESEARCHER
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.callers[who].user)
        address = route.fill(*Sweep(world, []).own(route, who))
        with undone():
            answer = client.generic(method, address, "{}", content_type="application/json")
        (refused if answer.status_code == 403 else let_in).append((method, route.key, answer.status_code))
    assert [entry for entry in let_in if entry[2] != 405] == []
    assert len(refused) > 12


def test_row_33_no_page_can_be_framed_or_kept() -> None:
    world = build_world()
    sweep = Sweep(world, [])
    for route in list_routes():
        for who in (Principal.RESEARCHER, Principal.RATER, Principal.ANONYMOUS):
            for method in MATRIX[route.key].methods:
                with undone():
                    answer = sweep.ask(route, method, who, *sweep.own(route, who))
                where = f"{method} {route.key} as {who}"
                assert answer["X-Frame-Options"] == "DENY", where
                assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], where
                assert answer["X-Content-Type-Options"] == "nosniff", where
                assert answer["Referrer-Policy"] == "same-origin", where
                assert "no-store" in answer["Cache-Control"], where


ELSEWHERE = [
    "//evil.invalid",
    "///evil.invalid",
    "/\\evil.invalid",
    "https:evil.invalid",
    "https://evil.invalid/",
    "http:///evil.invalid",
    "\thttps://evil.invalid",
    "%2f%2fevil.invalid\\@x",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_row_33_no_address_leads_away(ada: User, target: str) -> None:
    form = {"username": "ada", "password": PASSWORD, "next": target}
    for answer in (
        Client().post("/sign-in/", form),
        Client().post(f"/sign-in/?next={target}", {**form, "next": ""}),
        Client().post("/i18n/setlang/", {"language": "ru", "next": target}),
        Client(headers={"Referer": target}).post("/i18n/setlang/", {"language": "ru"}),
        sign_in(ada).post("/sign-out/", {"next": target}),
    ):
        assert answer.status_code == 302
        place = answer["Location"].replace("\\", "/")  # as browsers read it
        assert urlsplit(urljoin("http://testserver/sign-in/", place))[:2] == ("http", "testserver")


@pytest.mark.parametrize(
    "host", ["evil.invalid", "testserver.evil.invalid", "testserver@evil.invalid", "a b"]
)
@pytest.mark.parametrize("path", ["/", "/sign-in/", "/api/v1/projects/"])
def test_row_33_a_foreign_host_is_refused(host: str, path: str) -> None:
    answer = Client(headers={"Host": host}).get(path)

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_row_33_a_forwarded_host_is_not_believed() -> None:
    answer = Client(headers={"X-Forwarded-Host": "evil.invalid"}).get("/")

    assert answer["Location"] == "/sign-in/?next=/"


def is_dead(client: Client) -> bool:
    """Whether neither pages nor API know the session any more."""
    page, api = client.get("/"), client.get("/api/v1/projects/")
    return page.status_code == 302 and api.status_code in (401, 403)


def test_row_33_a_session_dies_with_signing_out(ada: User) -> None:
    client, thief = sign_in(ada), Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert not is_dead(thief)

    client.post("/sign-out/")

    assert is_dead(thief)


def test_row_33_all_sessions_die_with_the_password(ada: User) -> None:
    clients = [sign_in(ada), sign_in(ada)]
    ada.set_password("another horse battery staple")
    ada.save()

    assert [is_dead(client) for client in clients] == [True, True]


def test_row_33_all_sessions_die_with_the_account(ada: User) -> None:
    client = sign_in(ada)
    User.objects.update(is_active=False)

    assert is_dead(client)


def test_row_33_a_role_is_lost_at_once(ada: User) -> None:
    project = make_project("sky")
    make_member(project, Role.RESEARCHER, user=ada)
    client = sign_in(ada)
    addresses = ["/p/sky/", "/p/sky/runs/", "/p/sky/report/", "/p/sky/rate/", "/api/v1/projects/sky/"]
    assert client.get("/p/sky/runs/").status_code == 200

    Membership.objects.update(role=Role.RATER)
    assert client.get("/p/sky/runs/").status_code == 403
    Membership.objects.update(ended_at=timezone.now())
    assert [client.get(address).status_code for address in addresses] == [404] * 5


def test_row_33_a_paused_rater_is_stopped_at_once() -> None:
    rater = make_person(make_project("sky"))
    assert rater.user is not None
    client = Client()
    client.force_login(rater.user)
    assert client.get("/p/sky/rate/").status_code == 200

    Rater.objects.update(deactivated_at=timezone.now())
    assert client.get("/p/sky/rate/").status_code == 403


@pytest.mark.parametrize("way", ["password", "link"])
def test_row_33_signing_in_changes_the_session(ada: User, way: str) -> None:
    """Who plants a session before somebody signs in does not share it afterwards."""
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = planted = str(session.session_key)
    if way == "password":
        client.post("/sign-in/", {"username": "ada", "password": PASSWORD})
    else:
        client.post(f"/sign-in/{create_sign_in_link(user=ada)}/")

    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert is_dead(thief)


def test_row_33_cookies_are_kept_from_scripts_and_other_sites(ada: User) -> None:
    cookie = sign_in(ada).cookies["sessionid"]

    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")


def test_row_33_production_speaks_tls_alone(tmp_path: Path) -> None:
    """Cookies, redirect and HSTS as they leave a process under production settings; and Django's own check."""
    script = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
plain = Client(headers={"Host": "eval.invalid"}).get("/sign-in/")
client = Client(headers={"Host": "eval.invalid", "X-Forwarded-Proto": "https"})
secure = client.get("/api/v1/nothing/")
from django.http import HttpResponse
from django.conf import settings
print(plain.status_code, plain["Location"], secure["Strict-Transport-Security"])
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
      settings.SESSION_COOKIE_DOMAIN, settings.SESSION_COOKIE_PATH)
print(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_DOMAIN)
"""
    environment = {"PATH": os.environ["PATH"], "EVALPLATFORM_DATA": str(tmp_path), **GOOD}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False,
        env={**environment, "DJANGO_SETTINGS_MODULE": "evalplatform.settings.production"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-3:] == [
        "301 https://eval.invalid/sign-in/ max-age=31536000; includeSubDomains; preload",
        "__Host-session True True None /",
        "__Host-csrf True None",
    ]
