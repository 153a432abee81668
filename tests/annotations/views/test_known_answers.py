"""Known answers of many tasks, as a file on the page and over REST."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotations.domain.reviewing.adjudicate import decide_task
from annotations.models import Role, Task
from evalplatform.accounts.tokens import create_api_token
from tests.annotations.domain.checking.test_known_answers import make_conversation, make_material
from tests.factories.ledger import make_member, make_user

pytestmark = pytest.mark.database
PAGE = "/p/sky/checks/known/"


def test_a_file_is_taken_and_its_faults_are_named() -> None:
    browser = Client()
    browser.force_login(make_member(make_material(), Role.RESEARCHER).user)
    wrong = SimpleUploadedFile("known.csv", b"item,overall\n0,alpha\n7,alpha\n")
    refused = browser.post(PAGE, {"file": wrong})
    assert refused.status_code == 400
    assert "line 3, item: no such task" in refused.content.decode()
    assert Task.objects.filter(state="gold").count() == 0
    right = SimpleUploadedFile("known.csv", b"item,overall\n0,alpha\n1,omega\n")
    assert browser.post(PAGE, {"file": right}).status_code == 302
    assert Task.objects.filter(state="gold").count() == 2
    assert "2 known answers are kept." in browser.get(PAGE).content.decode()


def test_decisions_are_taken_on_the_page() -> None:
    project = make_material()
    browser = Client()
    browser.force_login(make_member(project, Role.RESEARCHER).user)
    assert "From what is decided" not in browser.get(PAGE).content.decode()
    for task in Task.objects.filter(kind="pair"):
        decide_task(task=task, ratings={"overall": "first"}, note="", reviewer=make_user())
    assert "adjudication (3)" in browser.get(PAGE).content.decode()
    sent = browser.post(PAGE, {"adopt": "1", "rater": "adjudication", "count": "2"})
    assert sent.status_code == 302
    assert Task.objects.filter(state="gold").count() == 2


def test_the_same_over_rest() -> None:
    user = make_member(make_material(), Role.RESEARCHER).user
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
    address = "/api/v1/projects/sky/gold/"
    answers = [
        {"item": "0", "ratings": {"overall": "omega"}},
        {"item": "1", "systems": ["alpha"], "ratings": {"clarity": 4}, "training": True, "why": "Clear."},
    ]
    told = api.put(address, {"answers": answers}, content_type="application/json")
    assert told.json() == {"tasks": 2}
    assert sorted(Task.objects.exclude(state="open").values_list("state", flat=True)) == ["gold", "training"]
    wrong = api.put(
        address,
        {"answers": [{"item": "9", "ratings": {"overall": "omega"}}]},
        content_type="application/json",
    )
    assert wrong.status_code == 400
    adopted = api.post(address, {"rater": "adjudication", "count": 5}, content_type="application/json")
    assert adopted.json() == {"tasks": 0}


def test_a_turn_is_named_over_rest() -> None:
    user = make_member(make_conversation(), Role.RESEARCHER).user
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
    address = "/api/v1/projects/sky/gold/"
    answers = [
        {"item": "0", "turn": 2, "ratings": {"overall": "omega"}},
        {"item": "0", "systems": ["alpha"], "ratings": {"clarity": 4}},
    ]
    told = api.put(address, {"answers": answers}, content_type="application/json")
    assert (told.status_code, told.json()) == (200, {"tasks": 2})
    assert sorted(Task.objects.filter(state="gold").values_list("kind", "turn")) == [
        ("pair", 2),
        ("single", None),
    ]
    wrong = [{"item": "0", "turn": 0, "ratings": {"overall": "omega"}}]
    assert api.put(address, {"answers": wrong}, content_type="application/json").status_code == 400
