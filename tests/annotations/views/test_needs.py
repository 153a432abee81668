"""Needs of items on their page, and of a whole file where it is uploaded."""

from typing import Any  # fields of a form

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotations.models import Batch, Item, Project, Role, Slot, Upload
from annotations.queries.gates import list_demands
from tests.annotations.views.test_gates import read, sign_in
from tests.factories.batches import store_batch
from tests.factories.gated import make_reader
from tests.factories.ledger import make_member, make_pair_rubric, make_project
from tests.factories.studies import Json, generation

pytestmark = pytest.mark.database
PAGE = "/p/sky/needs/"


@pytest.fixture
def project() -> Project:
    project = make_project("sky", overlap=1)
    make_pair_rubric(project)
    return project


@pytest.fixture
def owner(project: Project) -> Client:
    return sign_in(make_member(project, Role.RESEARCHER))


@pytest.fixture
def batch(project: Project) -> Batch:
    items: list[Json] = [{"item_id": key, "prompt": "Why?"} for key in "abc"]
    answers = [generation(item_id=key, system=system) for key in "abc" for system in ("alpha", "beta")]
    return store_batch(project, items, answers)


def test_named_items_ask_for_something_else(owner: Client, project: Project, batch: Batch) -> None:
    make_reader(project, skills=["law"])
    page = read(owner, PAGE)
    assert 'value="law"' in page
    assert '<option value="ru">Russian</option>' in page
    sent = {
        "items": "a\r\nb\r\n\r\na",
        "needs_language": "ru",
        "needs_skills": ["law"],
        "other_skills": "chess;",
    }
    assert owner.post(PAGE, sent)["Location"] == PAGE
    page = read(owner, PAGE)
    assert "2 items ask for something else now." in page
    assert "reading Russian, the skill chess, the skill law" in page
    assert "2 tasks ask for something that nobody here has" in page
    assert dict(Item.objects.values_list("key", "gate")) == {"a": 1, "b": 1, "c": 0}


@pytest.mark.parametrize("key", [" a ", "\ta", "a\u2028b", " "])
def test_a_name_is_taken_with_the_spaces_that_are_part_of_it(owner: Client, batch: Batch, key: str) -> None:
    Item.objects.filter(key="a").update(key=key)
    assert owner.post(PAGE, {"items": f"{key}\r\nb", "needs_language": "ru"}).status_code == 302
    assert dict(Item.objects.values_list("key", "gate")) == {key: 1, "b": 1, "c": 0}


def test_a_name_with_a_space_too_many_is_told_in_quotes(owner: Client, batch: Batch) -> None:
    answer = owner.post(PAGE, {"items": "a \r\nb", "needs_language": "ru"})
    assert "There is no item of this name: “a ”" in answer.content.decode()


def test_all_that_came_with_a_batch_asks_for_something_else(owner: Client, batch: Batch) -> None:
    assert "3 items (k)" in read(owner, PAGE)
    assert owner.post(PAGE, {"batch": str(batch.public_id), "needs_language": "pt-br"}).status_code == 302
    assert {demand.language for demand in list_demands(batch.project).values()} == {"pt-BR"}
    assert set(Slot.objects.values_list("gate", flat=True)) == {1}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"items": "a\nnowhere", "needs_language": "ru"}, "There is no item of this name: nowhere"),
        ({"needs_language": "ru"}, "Choose a batch, or name items; not both."),
        ({"items": "a", "needs_language": "Russian!"}, "Write a language tag such as ru or pt-BR."),
        ({"items": "\n", "needs_language": "ru"}, "Choose a batch, or name items; not both."),
        ({"items": "a", "other_skills": ",".join(map(str, range(9)))}, "Name eight skills at most"),
        ({"items": "a", "batch": "00000000-0000-4000-8000-000000000000"}, "Select a valid choice."),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    owner: Client, batch: Batch, sent: dict[str, Any], words: str
) -> None:
    answer = owner.post(PAGE, sent)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page
    for name in ("items", "needs_language"):
        assert sent.get(name, "") in page
    assert set(Item.objects.values_list("gate", flat=True)) == {0}


def test_what_is_left_is_told_and_the_form_stays(
    owner: Client, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotations.domain.intake import change_needs

    monkeypatch.setattr(change_needs, "CHUNK", 2)
    monkeypatch.setattr("annotations.views.needs.SECONDS", 0.0)
    answer = owner.post(PAGE, {"items": "a\nb\nc", "needs_language": "ru"})
    page = answer.content.decode()
    assert "1 item is not changed yet: press Change once more." in page
    assert "a\nb\nc</textarea>" in page


def test_an_empty_project_says_where_needs_are_said(owner: Client) -> None:
    page = read(owner, PAGE)
    assert "There are no items yet." in page
    assert "<textarea" not in page


def upload(owner: Client, content: bytes, **sent: Any) -> Upload:
    owner.post("/p/sky/upload/", {"file": SimpleUploadedFile("a.csv", content)})
    held = Upload.objects.latest("pk")
    columns = {f"column-{number}": part for number, part in enumerate(held.mapping.values())}
    owner.post(f"/p/sky/upload/{held.public_id}/", {**columns, **sent, "act": "check"})
    return held


def store(owner: Client, held: Upload, **sent: Any) -> Any:
    columns = {f"column-{number}": part for number, part in enumerate(held.mapping.values())}
    return owner.post(f"/p/sky/upload/{held.public_id}/", {**columns, **sent, "act": "store"}, follow=True)


FILE = b"prompt,needs_language,needs_skills,a_answer\nWhy?,,,So.\nHow?,de,,Thus.\nWho?,,chess,They.\n"
NEEDS = {"needs_language": "RU", "other_skills": "law"}


def test_rows_that_name_no_needs_have_those_of_the_file(owner: Client, project: Project) -> None:
    held = upload(owner, FILE, **NEEDS)
    page = read(owner, f"/p/sky/upload/{held.public_id}/")
    assert 'value="ru"' in page
    assert 'value="law"' in page
    assert " checked" in page
    store(owner, held, needs_language="ru", needs_skills=["law"])
    demands = list_demands(project)
    asked = {prompt: demands[gate] for prompt, gate in Item.objects.values_list("prompt", "gate")}
    assert {prompt: (demand.language, demand.skills) for prompt, demand in asked.items()} == {
        "Why?": ("ru", ("law",)), "How?": ("de", ()), "Who?": ("", ("chess",)),
    }  # fmt: skip


def test_a_file_as_the_api_takes_it_has_needs_too(owner: Client, project: Project) -> None:
    held = upload(owner, b'{"item": {"item_id": "a", "prompt": "Why?"}}\n', **NEEDS)
    store(owner, held, **NEEDS)
    assert list_demands(project)[Item.objects.get().gate].language == "ru"


def test_the_same_file_again_stores_nothing_twice_whatever_the_needs_are_by_then(
    owner: Client, project: Project
) -> None:
    store(owner, upload(owner, FILE, **NEEDS), **NEEDS)
    again = upload(owner, FILE)
    page = read(owner, f"/p/sky/upload/{again.public_id}/")
    assert "There is nothing new in it to store." in page
    assert "is there already" not in page
    other = upload(owner, FILE, needs_language="fr")
    assert "what it needs differs: that is changed under Needs" in read(
        owner, f"/p/sky/upload/{other.public_id}/"
    )


def test_needs_that_are_none_hold_the_file_back(owner: Client, project: Project) -> None:
    held = upload(owner, FILE)
    answer = store(owner, held, needs_language="no tag!")
    assert answer.status_code == 400
    assert "Write a language tag" in answer.content.decode()
    assert not Item.objects.exists()
