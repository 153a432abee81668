"""One's own tokens, over REST and on their page."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from evalplatform.accounts.models import ApiToken, AuditEvent, User
from evalplatform.accounts.tokens import create_api_token
from evalplatform.common.hashing import hash_secret

pytestmark = pytest.mark.database
TOKENS = "/api/v1/tokens/"
EVERY = ["read", "rate", "submit", "run"]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def browser_of_ada(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def bear(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def order(client: Client, **wanted: object) -> tuple[int, dict[str, object]]:
    answer = client.post(TOKENS, wanted, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_secret_is_shown_once_and_kept_as_a_hash(browser_of_ada: Client) -> None:
    status, made = order(browser_of_ada, name="pipeline", scopes=["read", "submit"])
    secret = str(made.pop("secret"))
    token = ApiToken.objects.get()
    assert (status, token.digest, token.scopes) == (201, hash_secret(secret), ["read", "submit"])
    listed = browser_of_ada.get(TOKENS)
    assert listed.json()["results"] == [made]
    assert secret not in listed.content.decode() + browser_of_ada.get("/tokens/").content.decode()
    assert [event.action for event in AuditEvent.objects.all()] == ["create_token"]
    assert secret not in str(AuditEvent.objects.values_list().get())


@pytest.mark.parametrize(("days", "status"), [(None, 201), (365, 201), (366, 400), (-1, 400)])
def test_a_token_lives_a_year_at_most(browser_of_ada: Client, days: int | None, status: int) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        ends = None if days is None else (timezone.now() + timedelta(days=days)).isoformat()
        found, body = order(browser_of_ada, name="x", **({} if ends is None else {"expires_at": ends}))
        assert found == status
        if status == 400:
            assert body["errors"][0]["field"] == "expires_at"  # type: ignore[index]  # a problem body
        else:
            assert ApiToken.objects.get().expires_at == timezone.now() + timedelta(days=days or 90)


def test_a_token_gives_no_more_than_it_has(ada: User) -> None:
    ends = timezone.now() + timedelta(days=1)
    maker, secret = create_api_token(user=ada, name="small", expires_at=ends)
    ApiToken.objects.update(scopes=["read"])
    api = bear(secret)
    assert order(api, name="more", scopes=["read", "run"])[0] == 403
    assert order(api, name="longer", expires_at=(ends + timedelta(hours=1)).isoformat())[0] == 403
    status, made = order(api, name="same")
    assert (status, made["scopes"]) == (201, ["read"])
    assert ApiToken.objects.exclude(pk=maker.pk).get().expires_at == ends


def test_a_token_without_named_scopes_has_all(ada: User) -> None:
    _, secret = create_api_token(user=ada, name="old")
    assert order(bear(secret), name="all")[1]["scopes"] == EVERY


def test_a_revoked_token_is_refused_at_once(browser_of_ada: Client) -> None:
    _, made = order(browser_of_ada, name="x")
    api = bear(str(made["secret"]))
    assert api.get(TOKENS).status_code == 200
    assert browser_of_ada.delete(f"{TOKENS}{made['id']}/").status_code == 204
    assert api.get(TOKENS).status_code == 401
    assert browser_of_ada.delete(f"{TOKENS}{made['id']}/").status_code == 404
    assert AuditEvent.objects.filter(action="revoke_token").count() == 1


def test_a_token_ends_none_that_may_do_more(ada: User) -> None:
    strong, _ = create_api_token(user=ada, name="strong")
    weak, secret = create_api_token(user=ada, name="weak")
    ApiToken.objects.filter(pk=weak.pk).update(scopes=["read"])
    api = bear(secret)
    assert api.delete(f"{TOKENS}{strong.public_id}/").status_code == 403
    assert api.delete(f"{TOKENS}{weak.public_id}/").status_code == 204
    assert list(ApiToken.objects.filter(revoked_at=None)) == [strong]


def test_other_peoples_tokens_are_not_there(browser_of_ada: Client) -> None:
    token, _ = create_api_token(user=User.objects.create_user("bob"), name="bob's")
    assert browser_of_ada.get(TOKENS).json()["results"] == []
    assert browser_of_ada.delete(f"{TOKENS}{token.public_id}/").status_code == 404
    assert browser_of_ada.post(f"/tokens/{token.public_id}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_last_use_is_kept_once_a_minute(ada: User) -> None:
    token, secret = create_api_token(user=ada, name="x")
    found = []
    start = timezone.now()
    for seconds in (0, 59, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            assert bear(secret).get(TOKENS).status_code == 200
        token.refresh_from_db()
        assert token.last_used_at is not None
        found.append((token.last_used_at - start).total_seconds())
    assert found == [0, 0, 61]


@pytest.mark.parametrize("field", ["user", "digest", "prefix", "revoked_at", "is_staff", "created_at"])
def test_row_31_a_body_sets_nothing_else(browser_of_ada: Client, field: str) -> None:
    status, body = order(browser_of_ada, name="x", **{field: "x"})
    assert (status, body["errors"]) == (400, [{"message": "there is no such field here", "field": field}])
    assert not ApiToken.objects.exists()


def test_the_page_makes_lists_and_revokes(browser_of_ada: Client, ada: User) -> None:
    form = {"name": "by hand", "scopes": ["read", "run"], "days": "30"}
    page = browser_of_ada.post("/tokens/", form)
    token = ApiToken.objects.get()
    assert (page.status_code, page["Cache-Control"].split(",")[0], token.user) == (200, "max-age=0", ada)
    secret = page.content.decode().partition('id="secret" type="text" value="')[2].partition('"')[0]
    assert (hash_secret(secret), token.scopes) == (token.digest, ["read", "run"])
    assert bear(secret).get(TOKENS).status_code == 200
    assert browser_of_ada.post(f"/tokens/{token.public_id}/revoke/").status_code == 302
    assert bear(secret).get(TOKENS).status_code == 401
    assert "You have no tokens." in browser_of_ada.get("/tokens/").content.decode()


@pytest.mark.parametrize("change", [{"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"days": "366"}])
def test_a_wrong_form_makes_nothing(browser_of_ada: Client, change: dict[str, object]) -> None:
    form = {"name": "x", "scopes": ["read"], "days": "30", **change}
    page = browser_of_ada.post("/tokens/", form)
    assert (page.status_code, ApiToken.objects.count()) == (400, 0)
    assert "errorlist" in page.content.decode()


def test_the_page_speaks_russian_and_asks_strangers_to_sign_in(browser_of_ada: Client) -> None:
    assert (
        "Создать ключ" in browser_of_ada.get("/tokens/", headers={"Accept-Language": "ru"}).content.decode()
    )
    translation.deactivate()
    assert Client().get("/tokens/").status_code == 302
