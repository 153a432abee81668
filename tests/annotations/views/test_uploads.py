"""A file of any columns, looked at before it is stored, by the same intake as the API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from annotations.domain.uploads import KEPT_FOR
from annotations.models import Batch, Generation, Item, Project, Slot, Task, Upload
from tests.factories.callers import sign_in
from tests.factories.ledger import make_pair_rubric, make_project

pytestmark = pytest.mark.database
LONG = 'prompt,system,text\nWhy?,apex,Because.\nWhy?,zenith,"So,\nit is."\nHow?,apex,Thus.\n'
WIDE = "question;answer_a;answer_b;year\nWhy?;Because.;So.;1999\nHow?;Thus.;;2000\n"
UPLOAD = "/p/sky/upload/"


@pytest.fixture
def project() -> Project:
    project = make_project("sky", overlap=2)
    make_pair_rubric(project)
    return project


@pytest.fixture
def client(project: Project) -> Client:
    return sign_in(project)


def send(client: Client, content: str | bytes, name: str = "a.csv") -> str:
    """The address of the page on which the file is looked at."""
    raw = content.encode() if isinstance(content, str) else content
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile(name, raw)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def read_columns(page: str) -> list[str]:
    """What each column is taken for, in order."""
    selects = page.split("<select")[1:]
    return [select.partition(" selected")[0].rpartition('value="')[2].partition('"')[0] for select in selects]


def columns(*parts: str, **more: str) -> dict[str, str]:
    return {f"column-{number}": part for number, part in enumerate(parts)} | more


def read_answers() -> set[tuple[str | None, str, str | None]]:
    rows = Generation.objects.values_list("item__prompt", "system__name", "text")
    return set(rows)


def test_a_row_an_answer(client: Client, project: Project) -> None:
    address = send(client, LONG)
    page = client.get(address).content.decode()
    assert read_columns(page) == ["prompt", "system", "text"]
    assert ["<dd>2</dd>" in page, "<dd>3</dd>" in page, Item.objects.count()] == [True, True, 0]
    answer = client.post(address, columns("prompt", "system", "text", act="store"))
    assert answer["Location"] == "/p/sky/"
    assert read_answers() == {
        ("Why?", "apex", "Because."),
        ("Why?", "zenith", "So,\nit is."),
        ("How?", "apex", "Thus."),
    }
    assert (Task.objects.count(), Slot.objects.count()) == (1, 2)
    assert (Upload.objects.count(), Batch.objects.get().counts["generations"]) == (0, 3)
    assert "2 new items are stored, 3 new answers." in client.get("/p/sky/").content.decode()


def test_a_row_a_question_and_a_column_a_system(client: Client) -> None:
    address = send(client, "\ufeff" + WIDE)
    assert read_columns(client.get(address).content.decode()) == ["prompt", "answer", "answer", ""]
    client.post(address, columns("prompt", "answer", "answer", "", act="store"))
    assert read_answers() == {
        ("Why?", "answer_a", "Because."),
        ("Why?", "answer_b", "So."),
        ("How?", "answer_a", "Thus."),
    }


def test_the_same_file_again_brings_nothing_new(client: Client) -> None:
    client.post(send(client, WIDE), columns("prompt", "answer", "answer", "", act="store"))
    address = send(client, WIDE)
    page = client.get(address).content.decode()
    assert ["There is nothing new" in page, "Store it" in page] == [True, False]
    assert client.post(address, {"act": "drop"})["Location"] == "/p/sky/"
    assert Upload.objects.count() == 0


ROWS = (
    '{"id": 1, "question": "Why?", "model": "apex", "response": "Because."}',
    '{"id": 1, "model": "zenith", "response": ["a", "b"]}',
)


@pytest.mark.parametrize(
    "content", ["\n\n".join(ROWS) + "\n", f"[{', '.join(ROWS)}]", f'{{"data": [{", ".join(ROWS)}]}}']
)
def test_json_in_its_forms(client: Client, content: str) -> None:
    address = send(client, content, "a.json")
    guessed = read_columns(client.get(address).content.decode())
    assert guessed == ["item_id", "prompt", "system", "text"]
    client.post(address, columns(*guessed, act="store"))
    assert Item.objects.get().key == "1"
    assert dict(Generation.objects.values_list("system__name", "turns")) == {
        "apex": None,
        "zenith": ["a", "b"],
    }


def test_a_batch_of_the_api_needs_no_columns(client: Client) -> None:
    lines = [
        {"item": {"item_id": "q1", "prompt": "Why?"}},
        {"generation": {"item_id": "q1", "system": "s", "text": "So."}},
    ]
    address = send(client, "\n".join(map(json.dumps, lines)), "a.jsonl")
    assert read_columns(client.get(address).content.decode()) == []
    client.post(address, {"act": "store"})
    assert read_answers() == {("Why?", "s", "So.")}


def test_faults_name_line_and_column_and_nothing_is_stored_unless_told(client: Client) -> None:
    content = f"prompt,system,text\nWhy?,apex,Because.\nWhy?,{'x' * 201},So.\nWhy?,,Lost.\nWhy?,zenith\n"
    address = send(client, content)
    page = client.get(address).content.decode()
    rows = [row.split("</td>")[:3] for row in page.partition("What is the matter")[2].split("<tr>")[1:]]
    told = [tuple(cell.rpartition(">")[2] for cell in row) for row in rows]
    assert told == [
        ("3", "system", "longer than 200 characters"),
        ("4", "system", "an answer needs the system that wrote it"),
        ("5", "", "3 fields are wanted, and there are 2"),
    ]
    assert client.post(address, columns("prompt", "system", "text", act="store")).status_code == 400
    assert (Item.objects.count(), Upload.objects.count()) == (0, 1)
    client.post(address, columns("prompt", "system", "text", act="store", partial="on"))
    assert read_answers() == {("Why?", "apex", "Because.")}
    assert Batch.objects.get().counts["left_out"] == 3


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("", "system", "text"), "Say which column holds the question"),
        (("prompt", "prompt", "text"), "another column is this already"),
        (("prompt", "system", ""), "An answer needs the column that names its system"),
        (("prompt", "nonsense", "text"), "Select a valid choice"),
    ],
)
def test_columns_that_do_not_fit_together(client: Client, parts: tuple[str, ...], words: str) -> None:
    address = send(client, LONG)
    answer = client.post(address, columns(*parts, act="store"))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    checked = client.post(address, columns(*parts, act="check"), follow=True)
    assert words in checked.content.decode()
    assert Item.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The submitted file is empty."),
        (b"\xff\xfe\x00", "no UTF-8"),
        (b"{", "no valid JSON"),
        (b"[1]", "The file holds no rows."),
        (b"{}", "The file holds no rows."),
        (b"a,a\n1,2\n", "two columns have the same name"),
        (b",b\n1,2\n", "a column needs a name"),
        (b'"a\n', "no valid CSV"),
        (",".join(map(str, range(201))).encode(), "200 columns are taken at most"),
    ],
)
def test_what_is_no_table_is_refused_beside_the_field(client: Client, content: bytes, words: str) -> None:
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", content)})
    assert answer.status_code == 400
    assert words in answer.content.decode().partition('id="id_file"')[2]
    assert Upload.objects.count() == 0


def test_hostile_names_and_cells_are_text(client: Client) -> None:
    address = send(client, "<script>a</script>,answer<b>\n<img src=x>,\u202eevil\n", "<b>.csv")
    page = client.get(address).content.decode()
    assert [mark in page for mark in ("<script>a", "<img", "<b>", "&lt;script&gt;a")] == [
        False,
        False,
        False,
        True,
    ]


def test_a_file_is_kept_for_a_day(client: Client) -> None:
    send(client, LONG)
    Upload.objects.update(created_at=timezone.now() - KEPT_FOR)
    send(client, WIDE)
    assert Upload.objects.count() == 1
