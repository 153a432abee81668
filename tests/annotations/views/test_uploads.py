"""A file of any columns, looked at before it is stored, by the same intake as the API."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from annotations.domain.formats.batch_lines import read_lines
from annotations.domain.intake import uploads
from annotations.domain.intake.uploads import forget_old_uploads, keep_upload
from annotations.models import (
    Annotation,
    Batch,
    Generation,
    Item,
    Level,
    Project,
    Slot,
    Task,
    TaskKind,
    Upload,
)
from annotations.queries.uploads import KEPT_FOR
from tests.factories.callers import sign_in
from tests.factories.ledger import (
    make_criterion,
    make_pair_rubric,
    make_project,
    make_rubric,
    make_user,
    scale,
)

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
    address = send(client, LONG)
    assert forget_old_uploads() == 0
    assert client.get(address).status_code == 200
    Upload.objects.update(created_at=timezone.now() - KEPT_FOR)
    assert client.get(address).status_code == 404
    assert forget_old_uploads() == 1
    assert not Upload.objects.exists()


def make_scored(project: Project) -> None:
    """With a rubric of single answers besides."""
    make_criterion(
        make_rubric(project, TaskKind.SINGLE, key="good"), "clear", Level.ORDINAL, values=scale(1, 2, 3)
    )


KNOWN_WIDE = "question,answer_a,answer_b,better\nWhy?,Because.,So.,answer_b\nHow?,Thus.,Hm.,\n"


def test_a_column_of_winners_makes_checks(client: Client, project: Project) -> None:
    address = send(client, KNOWN_WIDE)
    known = f"known:{project.rubrics.get().key}:overall"
    sent = columns("prompt", "answer", "answer", known)
    assert client.post(address, sent | {"act": "check"}).status_code == 302
    page = client.get(address)
    assert len(page.context["known"].answers) == 1
    assert page.context["faults"] == []
    assert "Known answers, asked as checks" in page.content.decode()
    assert not Task.objects.exists()
    stored = client.post(address, sent | {"act": "store"}, follow=True).content.decode()
    assert "1 known answer is kept." in stored
    gold = Task.objects.get(state="gold")
    assert gold.item.prompt == "Why?"
    assert Annotation.objects.get(task=gold).ratings.get().code == "second"
    assert Task.objects.filter(state="open").count() == 1
    again = send(client, KNOWN_WIDE)
    assert (
        "1 known answer is kept." in client.post(again, sent | {"act": "store"}, follow=True).content.decode()
    )


def test_expected_answers_that_cannot_be_are_named_by_line_and_column(
    client: Client, project: Project
) -> None:
    known = f"known:{project.rubrics.get().key}:overall"
    wrong = (
        "question,answer_a,answer_b,better\nWhy?,A,B,nobody\nHow?,A,,answer_a\nWho?,A,B,first\nOh?,A,B,tie\n"
    )
    address = send(client, wrong)
    sent = columns("prompt", "answer", "answer", known)
    client.post(address, sent | {"act": "check"})
    faults = client.get(address).context["faults"]
    assert [(line, column) for line, column, _ in faults] == [
        ("2", "better"),
        ("3", "better"),
        ("4", "better"),
    ]
    assert client.post(address, sent | {"act": "store"}).status_code == 400
    assert not Item.objects.exists()
    kept = client.post(address, sent | {"act": "store", "partial": "on"}, follow=True).content.decode()
    assert "1 known answer is kept." in kept
    assert Task.objects.get(state="gold").item.prompt == "Oh?"


def test_a_column_of_scores_is_the_known_answer_of_the_row_s_system(client: Client, project: Project) -> None:
    make_scored(project)
    content = "prompt,system,text,score\nWhy?,apex,Because.,3\nWhy?,zenith,So.,\nHow?,apex,Thus.,7\n"
    address = send(client, content)
    sent = columns("prompt", "system", "text", "known:good:clear")
    client.post(address, sent | {"act": "check"})
    page = client.get(address)
    assert [(line, column) for line, column, _ in page.context["faults"]] == [("4", "score")]
    client.post(address, sent | {"act": "store", "partial": "on"})
    gold = Task.objects.get(state="gold")
    assert [part.generation.system.name for part in gold.positions.all()] == ["apex"]
    assert Annotation.objects.get(task=gold).ratings.get().number == 3


def test_a_row_names_the_turn_that_its_known_answer_is_about(client: Client, project: Project) -> None:
    Project.objects.update(pairing={"turns": "each"})
    known = f"known:{project.rubrics.get().key}:overall"
    row = {"id": "q", "ask": ["Why?", "And then?"], "apex": ["So.", "Hm."], "zenith": ["No.", "Yes."]}
    lines = [row | {"turn": 1, "better": "zenith"}, row | {"turn": 2, "better": "apex"}]
    address = send(client, "\n".join(json.dumps(line) for line in lines), "a.jsonl")
    sent = columns("item_id", "prompt", "answer", "answer", "known:turn", known)
    client.post(address, sent | {"act": "check"})
    page = client.get(address)
    assert page.context["faults"] == []
    assert "turn that the expected answer is about" in page.content.decode()
    stored = client.post(address, sent | {"act": "store"}, follow=True).content.decode()
    assert "2 known answers are kept." in stored
    first, second = Task.objects.filter(state="gold").order_by("turn")
    said = [Annotation.objects.get(task=task).ratings.get().code for task in (first, second)]
    assert said == ["second", "first"]


def test_a_cell_that_is_no_turn_is_named(client: Client, project: Project) -> None:
    known = f"known:{project.rubrics.get().key}:overall"
    address = send(client, "question,answer_a,answer_b,turn,better\nWhy?,A,B,last,answer_a\n")
    client.post(address, columns("prompt", "answer", "answer", "known:turn", known) | {"act": "check"})
    assert [fault[:2] for fault in client.get(address).context["faults"]] == [("2", "turn")]
    client.post(address, columns("prompt", "answer", "answer", "known:turn", "known:turn") | {"act": "check"})
    assert "another column is this already" in client.get(address).content.decode()


@pytest.mark.database(transaction=True)
def test_nobody_waits_for_the_writer_while_a_file_is_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = keep_upload(project=project, user=make_user(), name="a.csv", file=BytesIO(LONG.encode()))
    held: list[bool] = []

    def look(**asked: Any) -> Any:
        held.append(connection.in_atomic_block)
        return read_lines(**asked)

    monkeypatch.setattr(uploads, "read_lines", look)
    uploads.take_upload(upload=upload, user=make_user(), partial=False)
    assert held == [False]
    assert (Item.objects.count(), Upload.objects.count()) == (2, 0)


def test_a_file_that_is_nested_without_end_is_refused_in_words(client: Client) -> None:
    answer = client.post(UPLOAD, {"file": SimpleUploadedFile("a.json", b'{"a":' * 20_000)})
    assert answer.status_code == 400
    assert "nested deeper" in answer.content.decode()
