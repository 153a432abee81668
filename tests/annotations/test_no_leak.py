"""Row 29: nothing that a rater is sent names a system or lets one be told: no page, fragment, JSON, header or order."""

import json
from collections.abc import Iterable

import pytest
from django.test import Client

from annotations.domain.showing import material
from annotations.models import Assignment, Generation, Project, Rater
from evalplatform.accounts.tokens import create_api_token
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_system,
    make_task,
)
from tests.security.matrix import MATRIX
from tests.security.sweep import list_routes, read_body

pytestmark = pytest.mark.database
NAMES = ("zephyrion-7b", "quasarix-xl")
FAMILY = "Borealisoft"
TEXTS = (
    "As Zephyrion 7B, made by Borealisoft, I think it is scattering. zephyrion-7b rules.",
    "`quasarix-xl` says: **Quasarix\\_XL** beats them all.",
)
KEYS = ("zq-item-key", "zq-generation-key")
SECRETS = ("zephyrion", "quasarix", "borealisoft", "zq-item-key", "zq-generation-key")


@pytest.fixture
def rater() -> Rater:
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    systems = [make_system(project, name, family=FAMILY, attributes={"name": name}) for name in NAMES]
    for number in range(4):
        item = make_item(
            project,
            key=f"{KEYS[0]}-{number}",
            attributes={"best": NAMES[0]},
            source={"systems": list(NAMES), "key": KEYS[1]},
        )
        make_pair_task(project, rubric, systems=systems, texts=TEXTS, item=item)
    Generation.objects.update(meta={"model": NAMES[0]}, source={"system": NAMES[1], "key": KEYS[1]})
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
    assert set(find_leaks(collect_replies(rater))) == set(SECRETS[:3])


def knock_everywhere(rater: Rater) -> Iterable[str]:
    """Every address of the URLconf with every method, by session, by token and as a fragment."""
    assert rater.user is not None
    _, secret = create_api_token(user=rater.user, name="test")
    api = Client(headers={"Authorization": f"Bearer {secret}"}, raise_request_exception=False)
    page = Client(raise_request_exception=False)
    for route in list_routes():
        for method in MATRIX[route.key].methods:
            page.force_login(rater.user)
            held = Assignment.objects.filter(rater=rater).order_by("-pk").first()
            path = route.fill("sky", held.public_id if held else "0" * 32)
            for client, headers in ((api, {}), (page, {}), (page, {"HX-Request": "true"})):
                reply = client.generic(method, path, "{}", content_type="application/json", headers=headers)
                assert reply.status_code in (503, *range(200, 500)), path
                yield f"{path} {reply.headers} {reply.cookies} {read_body(reply)}"


def test_row_29_no_address_tells_a_rater_of_a_system(rater: Rater) -> None:
    """Whatever a rater asks for, allowed or not, with the planted names found nowhere; and work is among it."""
    replies = list(knock_everywhere(rater))
    assert len(replies) > 90
    assert sum("[name hidden]" in reply for reply in replies) > 3
    assert find_leaks(replies) == []


def test_row_29_a_name_that_gets_through_would_be_found_everywhere(
    rater: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(material, "mask_names", lambda text, **_: f"{text} {KEYS[0]} {KEYS[1]}")
    assert set(find_leaks(knock_everywhere(rater))) == set(SECRETS)


PLANTED = 60


def shuffle_project(slug: str) -> Project:
    """Pairs whose texts begin with their system's letter, the systems' rows being made in random order."""
    project = make_project(slug, seed=29)
    rubric = make_pair_rubric(project)
    systems = [make_system(project, name) for name in ("a-system", "b-system")]
    for number in range(PLANTED):
        item = make_item(project)
        made = [make_generation(item, system, f"{system.name[0]} {number:04}") for system in systems]
        make_task(item, rubric, made[:: 1 if number % 2 else -1])
    return project


def test_row_29_neither_side_size_nor_order_tells_the_system() -> None:
    """Of sixty tasks as sent: the first side is each system's half the time, and nothing else differs."""
    rater = make_person(shuffle_project("sky"))
    assert rater.user is not None
    _, secret = create_api_token(user=rater.user, name="test")
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    first: list[str] = []
    sizes: dict[str, set[int]] = {}
    shapes: set[str] = set()
    for number in range(PLANTED):
        claimed = api.post("/api/v1/projects/sky/assignments/")
        body = claimed.json()
        shown = body["task"]["generations"]
        first.append(shown[0]["text"][0])
        sizes.setdefault(first[-1], set()).add(len(claimed.content))
        shapes.add(json.dumps([list(body), list(body["task"]), [list(one) for one in shown]]))
        assert [one["label"] for one in shown] == ["A", "B"]
        answer = {"ratings": {"overall": "tie"}, "client_key": f"{number}"}
        api.put(f"/api/v1/assignments/{body['id']}/annotation/", answer, content_type="application/json")
    assert 13 <= first.count("a") <= 47  # a fair coin leaves these bounds five times in a million
    assert sizes["a"] == sizes["b"]
    assert len(shapes) == 1
