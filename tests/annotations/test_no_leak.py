"""Nothing that a rater is sent names a system: not page, fragment, JSON, header or id."""

import json
from collections.abc import Iterable

import pytest
from django.test import Client

from annotations.domain import material
from annotations.models import Generation, Rater
from evalplatform.accounts.tokens import create_api_token
from tests.factories.ledger import (
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_system,
)

pytestmark = pytest.mark.database
NAMES = ("zephyrion-7b", "quasarix-xl")
FAMILY = "Borealisoft"
TEXTS = (
    "As Zephyrion 7B, made by Borealisoft, I think it is scattering. zephyrion-7b rules.",
    "`quasarix-xl` says: **Quasarix\\_XL** beats them all.",
)
SECRETS = ("zephyrion", "quasarix", "borealisoft")


@pytest.fixture
def rater() -> Rater:
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    systems = [make_system(project, name, family=FAMILY, attributes={"name": name}) for name in NAMES]
    for _ in range(4):
        item = make_item(project, attributes={"best": NAMES[0]}, source={"systems": list(NAMES)})
        make_pair_task(project, rubric, systems=systems, texts=TEXTS, item=item)
    Generation.objects.update(meta={"model": NAMES[0]}, source={"system": NAMES[1]})
    return make_person(project)


def collect_replies(rater: Rater) -> Iterable[str]:
    """Everything that a rater can be sent while working, headers included."""
    assert rater.user is not None
    _, secret = create_api_token(user=rater.user, name="test")
    client = Client()
    client.force_login(rater.user)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    htmx = {"HX-Request": "true"}
    replies = [client.get("/"), client.get("/p/sky/"), client.get("/p/sky/rate/")]
    claimed = api.post("/api/v1/projects/sky/assignments/")
    place = f"/api/v1/assignments/{claimed.json()['id']}/"
    body = {"ratings": {"overall": "first"}, "seconds": 1, "client_key": "one"}
    form = {"ratings": json.dumps({"overall": "tie"}), "seconds": "1", "client_key": "two"}
    replies += [
        claimed,
        api.get(place),
        api.get("/api/v1/projects/sky/assignments/"),
        api.post(f"{place}heartbeat/"),
        api.put(f"{place}annotation/", {"ratings": {"overall": "best"}}, content_type="application/json"),
        api.put(f"{place}annotation/", body, content_type="application/json"),
        api.get(f"{place}annotation/"),
        client.post("/p/sky/rate/undo/", headers=htmx),
        client.post(f"/p/sky/rate/{claimed.json()['id']}/answer/", form, headers=htmx),
    ]
    following = api.post("/api/v1/projects/sky/assignments/").json()["id"]
    replies.append(client.post(f"/p/sky/rate/{following}/skip/", {"reason": "x"}, headers=htmx))
    for reply in replies:
        assert reply.status_code < 500
        yield f"{reply.request['PATH_INFO']} {reply.headers} {reply.cookies} {reply.content.decode()}"


def find_leaks(replies: Iterable[str]) -> list[str]:
    return [secret for reply in replies for secret in SECRETS if secret in reply.lower()]


def test_no_reply_to_a_rater_names_a_system(rater: Rater) -> None:
    replies = list(collect_replies(rater))
    assert len(replies) == 13
    assert sum("[name hidden]" in reply for reply in replies) == 6
    assert find_leaks(replies) == []


def test_the_planted_names_would_be_found(rater: Rater, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "mask_names", lambda text, **_: text)
    assert set(find_leaks(collect_replies(rater))) == set(SECRETS)
