"""POST batches/: all or nothing, each once, every bad line named."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from annotations.models import Batch, Generation, Item, Project, Role, Slot, SlotState, Task
from evalplatform.accounts.models import IdempotentReply
from judges.engine.planning.plan import plan_attempts, plan_run
from judges.engine.versions.register import create_judge
from tests.factories.batches import make_lines
from tests.factories.callers import open_api
from tests.factories.judging import work
from tests.factories.ledger import make_member, make_pair_rubric, make_project

pytestmark = pytest.mark.database
BATCHES = "/api/v1/projects/sky/batches/"
NDJSON, CSV, JSON = "application/x-ndjson", "text/csv", "application/json"
ITEM = '{"item": {"item_id": "i1", "prompt": "Why?"}}\n'


@pytest.fixture
def project() -> Project:
    project = make_project("sky", overlap=1)
    make_pair_rubric(project)
    return project


@pytest.fixture
def api(project: Project) -> Client:
    return open_api(make_member(project, Role.RESEARCHER).user)


def post(
    api: Client, body: bytes | str, media_type: str = NDJSON, key: str = "k", query: str = "", **headers: str
) -> Any:
    raw = body.encode() if isinstance(body, str) else body
    sent = {**({"Idempotency-Key": key} if key else {}), **headers}
    return api.post(BATCHES + query, raw, content_type=media_type, headers=sent)


def places(answer: Any) -> list[tuple[Any, Any]]:
    return [(fault.get("line"), fault.get("field")) for fault in answer.json()["errors"]]


def count_rows() -> tuple[int, int, int, int]:
    models = (Batch, Item, Generation, IdempotentReply)
    return tuple(model.objects.count() for model in models)  # type: ignore[return-value]  # four of them


FORMS = {
    NDJSON: make_lines(1).decode(),
    JSON: json.dumps(
        {
            "items": [{"item_id": "i0", "prompt": "Why 0?"}],
            "generations": [
                {"item_id": "i0", "system": name, "text": "Because."} for name in ("alpha", "beta")
            ],
        }
    ),
    CSV: "item_id,prompt,system,text\r\ni0,Why 0?,alpha,Because.\r\ni0,,beta,Because.\r\n",
}


@pytest.mark.parametrize("media_type", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_form_gives_the_same_batch(api: Client, media_type: str, packed: bool) -> None:
    body = FORMS[media_type].encode()
    headers = {"Content-Encoding": "gzip"} if packed else {}

    answer = post(api, gzip.compress(body) if packed else body, media_type, **headers)

    assert answer.status_code == 202, answer.content
    counts = {
        "items": 1,
        "items_unchanged": 0,
        "generations": 2,
        "generations_unchanged": 0,
        "left_out": 0,
    }
    batch = Batch.objects.get()
    url = f"{BATCHES}{batch.public_id}/"
    assert answer.json() == {"id": str(batch.public_id), "url": url, "counts": counts, "faults": []}
    assert list(Item.objects.values_list("key", "prompt")) == [("i0", "Why 0?")]
    answers = Generation.objects.order_by("system__name").values_list("system__name", "text")
    assert list(answers) == [("alpha", "Because."), ("beta", "Because.")]
    shown = api.get(url).json()
    assert (shown["state"], shown["tasks"], shown["places"], shown["done"]) == ("planned", 1, 1, 0)
    assert (shown["counts"], shown["decided"], shown["key"]) == (counts, False, "k")
    assert [row["id"] for row in api.get(BATCHES).json()["results"]] == [shown["id"]]


def test_a_batch_is_decided_when_no_place_is_open(api: Client) -> None:
    url = post(api, FORMS[NDJSON]).json()["url"]
    assert api.get(url).json()["decided"] is False

    Slot.objects.update(state=SlotState.DONE)

    shown = api.get(url).json()
    assert (shown["done"], shown["decided"]) == (1, True)


@pytest.mark.database(transaction=True)
def test_a_batch_for_judges_alone_is_decided_when_none_is_waited_for(api: Client) -> None:
    project = Project.objects.get(slug="sky")
    Project.objects.update(overlap=0)
    judge = create_judge(project=project, name="longest", protocol="pair", builtin="longest")
    run = plan_run(project=project, judge=judge, follow=True, wake=False)
    url = post(api, FORMS[NDJSON]).json()["url"]
    assert [api.get(url).json()[key] for key in ("places", "decided")] == [0, False]

    plan_attempts(run=run)
    work(run)

    assert [api.get(url).json()[key] for key in ("places", "decided")] == [0, True]


def test_the_same_request_again_gets_the_same_bytes(api: Client) -> None:
    first, again = post(api, FORMS[NDJSON]), post(api, FORMS[NDJSON])

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert (first.headers.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (None, "true")
    assert count_rows() == (1, 1, 2, 1)


def test_row_2_a_key_stands_for_one_request(api: Client) -> None:
    assert post(api, FORMS[NDJSON]).status_code == 202

    for other in (
        post(api, FORMS[NDJSON] + "\n"),
        post(api, FORMS[NDJSON], query="?partial=true"),
        post(api, FORMS[JSON], JSON),
    ):
        assert (other.status_code, other.json()["code"]) == (422, "mismatched")
    for key in ("", "k" * 256, "a\x01b"):
        assert post(api, FORMS[NDJSON], key=key).status_code == 400
    assert post(api, FORMS[NDJSON], key="k" * 255).status_code == 202
    assert count_rows() == (2, 1, 2, 2)


def test_a_key_is_its_tokens_own(api: Client, project: Project) -> None:
    other = open_api(make_member(project, Role.RESEARCHER).user)

    assert post(api, FORMS[NDJSON]).status_code == post(other, FORMS[JSON], JSON).status_code == 202
    assert count_rows() == (2, 1, 2, 2)


def test_a_request_that_was_refused_leaves_its_key_free(api: Client) -> None:
    assert post(api, "{").status_code == 400
    assert count_rows() == (0, 0, 0, 0)
    assert post(api, FORMS[NDJSON]).status_code == 202


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "abyss": ("[" * 100_000, ""),
    "deep": ('{"item": {"item_id": "i", "meta": ' + '{"a": ' * 60 + "1" + "}" * 62, "item.meta" + ".a" * 49),
    "twice": ('{"item": {"item_id": "i", "prompt": "a", "prompt": "b"}}', "item.prompt"),
    "nan": ('{"item": {"item_id": "i", "meta": {"n": NaN}}}', "item.meta.n"),
    "overflow": ('{"item": {"item_id": "i", "meta": {"n": [1e999]}}}', "item.meta.n[0]"),
    "digits": ('{"item": {"item_id": "i", "meta": {"n": ' + "1" * 5000 + "}}}", "item.meta.n"),
    "65 bits": ('{"item": {"item_id": "i", "meta": {"n": 18446744073709551616}}}', "item.meta.n"),
    "too exact": ('{"item": {"item_id": "i", "meta": {"n": 1e17}}}', "meta"),
    "true": ('{"item": {"item_id": true}}', "item_id"),
    "nul": ('{"item": {"item_id": "i", "prompt": "\\u0000"}}', "item.prompt"),
    "surrogate": ('{"item": {"item_id": "i", "prompt": "\\ud800"}}', "item.prompt"),
    "not utf-8": (b'{"item": {"item_id": "\xff"}}', ""),
    "utf-16": ('{"item": {}}'.encode("utf-16"), ""),
    "bom": ("\ufeff" + ITEM, ""),
    "10 MB": ('{"item": {"item_id": "i", "prompt": "' + "x" * 10_000_000 + '"}}', ""),
    "70 kB text": ('{"item": {"item_id": "i", "prompt": "' + "x" * 70_000 + '"}}', "prompt"),
    "both": ('{"item": {"item_id": "i"}, "generation": {}}', ""),
    "a list": ("[]", ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_row_21_hostile_json_is_refused_with_its_line_and_field(api: Client, name: str) -> None:
    bad, field = HOSTILE[name]
    raw = bad.encode() if isinstance(bad, str) else bad

    answer = post(api, ITEM.encode() + b"\r\n" + raw.replace(b"\n", b" ") + b"\n")

    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert places(answer)[0] == (3, field or None)
    assert count_rows() == (0, 0, 0, 0)


def test_row_21_crlf_and_bidi_marks_are_kept_as_they_are(api: Client) -> None:
    item = {"item_id": "i1", "prompt": "a\u202eb\r\nc"}

    answer = post(api, json.dumps({"item": item}, ensure_ascii=False) + "\r\n\r\n")

    assert answer.status_code == 202
    assert Item.objects.get().prompt == "a\u202eb\r\nc"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"items": 1}', "items"), ('{"item": []}', "item"), ("[]", None), ("{}", None),
        ('{"items": [], "items": []}', "items"), ('{"items": [{"item_id": NaN}]}', "items[0].item_id"),
    ],
)  # fmt: skip
def test_a_json_body_of_another_shape_is_refused(api: Client, body: str, field: str | None) -> None:
    answer = post(api, body, JSON)

    assert answer.status_code == 400
    assert (answer.json().get("errors") or [{}])[0].get("field") == field


def test_faults_of_a_json_body_name_their_list(api: Client) -> None:
    body = {"items": [{"item_id": "i1"}, 5], "generations": [{"item_id": "i2", "system": "s", "text": "t"}]}

    answer = post(api, json.dumps(body), JSON)

    found = [(fault["list"], fault["line"]) for fault in answer.json()["errors"]]
    assert (answer.status_code, found) == (400, [("items", 2), ("generations", 1)])


@pytest.mark.parametrize(
    "media_type",
    ["application/zip", "application/xml", "text/plain", "multipart/form-data; boundary=x",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
)  # fmt: skip
def test_row_22_containers_and_documents_are_not_opened(api: Client, media_type: str) -> None:
    answer = post(api, b"PK\x03\x04../../etc", media_type)

    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


@pytest.mark.parametrize(
    "body", [b"no gzip", gzip.compress(ITEM.encode(), mtime=0)[:-3]], ids=["none", "cut"]
)
def test_a_gzip_that_is_none_or_cut_is_refused(api: Client, body: bytes) -> None:
    answer = post(api, body, **{"Content-Encoding": "gzip"})

    assert (answer.status_code, count_rows()) == (400, (0, 0, 0, 0))


def test_an_unknown_encoding_is_not_taken(api: Client) -> None:
    assert post(api, ITEM, **{"Content-Encoding": "br"}).status_code == 415


def test_a_gzip_of_several_members_is_read_to_its_end(api: Client) -> None:
    packed = b"".join(gzip.compress(line + b"\n") for line in make_lines(3).splitlines())

    assert post(api, packed, **{"Content-Encoding": "gzip"}).json()["counts"]["generations"] == 6


ROWS = """item_id,prompt,system,text
i1,Why?,alpha,One.
i1,Why?,alpha
i1,Why?,beta,caf\udce9
i1,How?,beta,Two.
i1,,beta,"Two
lines."
i2,,,
i3,,alpha,Three.
i4,Who?,,Four.
i1,,beta,Other.
i5,"What?" x,alpha,Five.
i6,Where?,alpha,Six.
"""
# Line and field of what is wrong there: ragged, Latin-1, two prompts, nothing, no item, no system, two answers, quotes.
ROW_FAULTS = [
    (3, None), (4, "text"), (5, "prompt"), (8, "item_id"), (9, "item_id"), (10, "system"), (11, "system"),
    (12, None),
]  # fmt: skip


def test_row_23_every_bad_row_of_a_csv_is_named_and_nothing_is_stored(api: Client) -> None:
    answer = post(api, ROWS.encode("utf-8", "surrogateescape"), CSV)

    assert (answer.status_code, places(answer)) == (400, ROW_FAULTS)
    assert count_rows() == (0, 0, 0, 0)


def test_row_23_partial_mode_keeps_the_good_rows_of_a_csv(api: Client) -> None:
    answer = post(api, ROWS.encode("utf-8", "surrogateescape"), CSV, query="?partial=true")

    assert answer.status_code == 202, answer.content
    counts, faults = answer.json()["counts"], answer.json()["faults"]
    assert (counts["items"], counts["generations"], counts["left_out"]) == (3, 3, 8)
    assert [(fault.get("line"), fault.get("field")) for fault in faults] == ROW_FAULTS
    assert set(Item.objects.values_list("key", flat=True)) == {"i1", "i4", "i6"}
    assert Generation.objects.get(system__name="beta").text == "Two\nlines."
    assert Task.objects.count() == 1


def test_row_23_one_bad_line_among_many_is_named(api: Client) -> None:
    lines = make_lines(300).splitlines()
    lines[700] = b'{"generation": {"item_id": "i1", "system": 5}}'

    answer = post(api, b"\n".join(lines))

    assert (answer.status_code, places(answer), count_rows()) == (400, [(701, "system")], (0, 0, 0, 0))
    partial = post(api, b"\n".join(lines), query="?partial=true").json()
    assert (partial["counts"]["items"], partial["counts"]["generations"]) == (300, 599)
    assert [fault["line"] for fault in partial["faults"]] == [701]


def test_at_most_a_hundred_faults_are_told(api: Client) -> None:
    answer = post(api, "{}\n" * 150)

    assert (answer.status_code, len(answer.json()["errors"])) == (400, 100)
    partial = post(api, "{}\n" * 150 + ITEM, query="?partial=true").json()
    assert (partial["counts"]["left_out"], len(partial["faults"])) == (150, 100)


@pytest.mark.parametrize("header", ["", "prompt,text", "item_id,item_id", "item_id,promt", "\ufffe"])
def test_a_csv_without_its_header_is_refused(api: Client, header: str) -> None:
    answer = post(api, f"{header}\ni1,Why?\n", CSV)

    assert (answer.status_code, places(answer)) == (400, [(1, None)])


def test_a_csv_may_begin_with_the_mark_of_spreadsheets(api: Client) -> None:
    assert post(api, "\ufeff" + FORMS[CSV], CSV).status_code == 202


@pytest.mark.parametrize("role", [Role.RATER, Role.REVIEWER])
def test_only_researchers_submit(project: Project, role: Role) -> None:
    member = open_api(make_member(project, role).user)

    assert post(member, FORMS[NDJSON]).status_code == 403
    assert member.get(BATCHES).status_code == (403 if role == Role.RATER else 200)
    outsider = open_api(make_member(make_project(), Role.RESEARCHER).user)
    assert post(outsider, FORMS[NDJSON]).status_code == 404
    assert count_rows() == (0, 0, 0, 0)


def test_a_flag_is_true_or_false(api: Client) -> None:
    assert post(api, ITEM, query="?partial=perhaps").status_code == 400
