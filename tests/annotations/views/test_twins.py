"""Worsened copies as a researcher makes them, looks at them and decides."""

import pytest
from django.test import Client

from annotations.domain.checking.twins import approve_twin
from annotations.models import Role, Task, Twin
from annotations.queries.scored_copies import Signs
from evalplatform.accounts.tokens import create_api_token
from tests.annotations.domain.checking.test_scored_copies import SCORE, approve, work
from tests.annotations.domain.checking.test_scored_copies import make_material as make_scored
from tests.annotations.domain.checking.test_twins import make_material, propose
from tests.annotations.domain.queue.test_qualify import work as work_pairs
from tests.factories.ledger import make_member, make_person, make_user

pytestmark = pytest.mark.database


def test_copies_are_made_looked_at_and_decided_on_the_page() -> None:
    project = make_material()
    browser = Client()
    browser.force_login(make_member(project, Role.RESEARCHER).user)
    page = "/p/sky/checks/copies/"
    assert browser.post(page, {"count": "1", "seed": "1"}).status_code == 400
    form = {"kinds": ["cut", "noise"], "count": "1", "seed": "1"}
    assert "by itself" not in browser.get(page).content.decode()  # no answer is scored here
    assert browser.post(page, form).status_code == 302
    shown = browser.get(page).content.decode()
    assert shown.count("It is worse: ask it as a check") == 2
    assert "2 copies are made." in shown
    cut, noise = Twin.objects.order_by("kind")
    assert browser.post(f"{page}{cut.public_id}/", {"act": "approve"}).status_code == 302
    assert browser.post(f"{page}{noise.public_id}/", {"act": "refuse"}).status_code == 302
    assert "No copy waits for a look." in browser.get(page).content.decode()
    assert Task.objects.filter(state="twin").count() == 1
    assert list(Twin.objects.order_by("kind").values_list("state", flat=True)) == ["approved", "refused"]


def test_a_hostile_text_is_shown_and_does_nothing() -> None:
    project = make_material(1)
    [twin] = propose(project, "cut", count=1)
    Twin.objects.filter(pk=twin.pk).update(text="<script>alert(1)</script>")
    browser = Client()
    browser.force_login(make_member(project, Role.RESEARCHER).user)
    assert "<script>alert" not in browser.get("/p/sky/checks/copies/").content.decode()


def test_the_same_over_rest() -> None:
    project = make_material()
    user = make_member(project, Role.RESEARCHER).user
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
    page = "/api/v1/projects/sky/twins/"
    order = {"kinds": ["padding", "padding"], "count": 1, "seed": 3}
    made = api.post(page, order, content_type="application/json")
    assert made.status_code == 201
    [twin] = made.json()["twins"]
    assert twin["text"].startswith(twin["original"])
    assert (twin["state"], twin["task"], twin["criterion"]) == ("proposed", None, None)
    told = api.put(f"{page}{twin['id']}/", {"approve": True}, content_type="application/json").json()
    assert (told["state"], told["task"]) == ("approved", str(Task.objects.get(state="twin").public_id))
    assert api.get(page).json()["results"] == [told]
    again = api.put(f"{page}{twin['id']}/", {"approve": False}, content_type="application/json")
    assert again.status_code == 409


def test_copies_of_scored_answers_are_made_decided_and_held_against_their_originals() -> None:
    project = make_scored(1, short=70)
    browser = Client()
    browser.force_login(make_member(project, Role.RESEARCHER).user)
    page = "/p/sky/checks/copies/"
    assert browser.post(page, {"kinds": ["cut"], "count": "1", "seed": "1"}).status_code == 400  # no pairs
    form = {"kinds": ["cut"], "count": "1", "seed": "1", "criterion": SCORE}
    assert browser.post(page, form).status_code == 302
    assert "Asked by itself: its value of clarity (good)" in browser.get(page).content.decode()
    twin = Twin.objects.get()
    assert browser.post(f"{page}{twin.public_id}/", {"act": "approve"}).status_code == 302
    assert Task.objects.filter(state="copy").count() == 1
    assert "Scores of copies" not in browser.get(page).content.decode()
    rater = make_person(project)
    work(rater, 72, copy=5)
    context = browser.get(page).context
    assert context["scored"] == ((rater, Signs(0, 0, 1)),)
    assert context["scored_kinds"] == [("the ending is cut", Signs(0, 0, 1))]
    shown = browser.get(page).content.decode()
    assert "Scores of copies" in shown
    assert "<td>0 / 1</td><td>0.00 – 0.98</td>" in shown


def test_copies_of_scored_answers_over_rest() -> None:
    project = make_scored(1)
    user = make_member(project, Role.RESEARCHER).user
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
    page = "/api/v1/projects/sky/twins/"
    order = {"kinds": ["cut"], "count": 1, "seed": 3}
    refused = api.post(page, order, content_type="application/json")
    assert refused.status_code == 400
    assert [fault["field"] for fault in refused.json()["errors"]] == ["criterion"]
    assert (
        api.post(page, order | {"criterion": "good:nothing"}, content_type="application/json").status_code
        == 404
    )
    [twin] = api.post(page, order | {"criterion": SCORE}, content_type="application/json").json()["twins"]
    assert (twin["criterion"], twin["task"]) == (SCORE, None)
    told = api.put(f"{page}{twin['id']}/", {"approve": True}, content_type="application/json").json()
    assert told["task"] == str(Task.objects.get(state="copy").public_id)
    assert api.get(page).json()["results"] == [told]


def test_what_raters_say_of_copies_is_read_over_rest() -> None:
    project = make_scored(1, short=70)
    user = make_member(project, Role.RESEARCHER).user
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
    page = "/api/v1/projects/sky/twins/results/"
    nothing: dict[str, list[object]] = {"pairs": [], "pair_kinds": [], "scored": [], "scored_kinds": []}
    assert api.get(page).json() == nothing
    approve(project, "cut")
    rater = make_person(project)
    work(rater, 72, original=4, copy=2)
    counted, limits = {"hits": 1, "n": 1}, {"low": pytest.approx(0.025), "high": 1.0}
    order = {"below": 1, "same": 0, "above": 0}
    told = api.get(page).json()
    scores = order | {"lower": counted | limits}
    assert told["scored"] == [{"rater": str(rater.public_id), "name": rater.name, "scores": scores}]
    assert told["scored_kinds"] == [{"kind": "cut", "scores": order | {"lower": counted}}]


def test_originals_that_won_are_read_over_rest() -> None:
    project = make_material(tasks=40)
    for twin in propose(project, "cut", count=2):
        approve_twin(twin=twin, actor=make_user())
    user = make_member(project, Role.RESEARCHER).user
    rater = make_person(project)
    work_pairs(rater, 43)
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
    told = api.get("/api/v1/projects/sky/twins/results/").json()
    [found] = told["pairs"]
    assert (found["rater"], found["won"]["hits"]) == (str(rater.public_id), found["won"]["n"])
    assert found["won"]["n"] >= 1
    won = {name: found["won"][name] for name in ("hits", "n")}
    assert told["pair_kinds"] == [{"kind": "cut", "won": won}]
