"""POST projects/: a whole project in one request, once."""

import json
from typing import Any  # descriptions are JSON

import pytest
from django.test import Client

from annotations.models import Criterion, Membership, Project, Role, Rubric
from evalplatform.accounts.models import AuditEvent, IdempotentReply, User
from tests.factories.callers import open_api
from tests.factories.ledger import make_member, make_project, make_user

pytestmark = pytest.mark.database
PROJECTS = "/api/v1/projects/"
WHOLE: dict[str, Any] = {
    "slug": "sky",
    "title": "Skies",
    "language": "en",
    "pairing": {"policy": "against", "system": "alpha"},
    "overlap": 2,
    "rubrics": [
        {
            "key": "quality",
            "task_kind": "single",
            "labels": {"en": "Quality", "ru": "Качество"},
            "criteria": [
                {"key": "clarity", "level": "ordinal", "scale": [1, 3], "anchors": {"1": "poor"}},
                {"key": "tone", "task": "label", "level": "nominal", "values": ["warm", "cold"]},
            ],
        },
        {
            "key": "better",
            "task_kind": "pair",
            "criteria": [{"key": "overall", "question": "Which is better?"}],
        },
    ],
}


@pytest.fixture
def founder() -> User:
    return make_member(make_project("earlier"), Role.RESEARCHER).user


def post(api: Client, content: Any, key: str = "k") -> Any:
    body = content if isinstance(content, str) else json.dumps(content)
    return api.post(PROJECTS, body, content_type="application/json", headers={"Idempotency-Key": key})


def change(path: str, value: Any) -> dict[str, Any]:
    """The whole description with one value changed; `path` is that of a fault."""
    content: Any = json.loads(json.dumps(WHOLE))
    *above, last = path.replace("[", ".").replace("]", "").split(".")
    inner = content
    for step in above:
        inner = inner[int(step) if step.isdigit() else step]
    inner[int(last) if last.isdigit() else last] = value
    return content  # type: ignore[no-any-return]  # a copy of a dict


def test_a_project_is_made_with_rubrics_and_its_researcher(founder: User) -> None:
    api = open_api(founder)
    answer = post(api, WHOLE)

    assert answer.status_code == 201, answer.content
    assert answer.json() == api.get(f"{PROJECTS}sky/").json()
    project = Project.objects.get(slug="sky")
    assert (project.overlap, project.pairing, project.created_by) == (2, WHOLE["pairing"], founder)
    rubrics = Rubric.objects.filter(project=project).order_by("key")
    assert list(rubrics.values_list("key", "task_kind")) == [("better", "pair"), ("quality", "single")]
    criteria = Criterion.objects.filter(project=project).order_by("rubric__key", "position")
    assert list(criteria.values_list("key", "level", "minimum", "maximum")) == [
        ("overall", "preference", None, None),
        ("clarity", "ordinal", 1.0, 3.0),
        ("tone", "nominal", None, None),
    ]
    assert [value["value"] for value in criteria[1].values] == [1, 2, 3]
    assert criteria[1].values[0]["labels"] == {"en": "poor"}
    assert Membership.objects.get(project=project).role == Role.RESEARCHER
    events = AuditEvent.objects.filter(project=project.public_id).order_by("pk")
    assert list(events.values_list("action", flat=True)) == ["create_project", "add_member"]


def test_the_same_request_makes_one_project(founder: User) -> None:
    api = open_api(founder)
    first, again = post(api, WHOLE), post(api, WHOLE)

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert again["Idempotent-Replayed"] == "true"
    assert post(api, change("title", "Other")).status_code == 422
    assert Project.objects.filter(slug="sky").count() == 1


def test_a_taken_slug_is_a_conflict_and_keeps_no_reply(founder: User) -> None:
    answer = post(open_api(founder), change("slug", "earlier"))

    assert (answer.status_code, IdempotentReply.objects.count()) == (409, 0)
    assert Rubric.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("slug", "Sky!"), ("slug", "s" * 65), ("slug", None), ("title", 5), ("title", "t" * 201),
        ("language", "??"), ("overlap", True), ("overlap", -1), ("overlap", 1.0), ("overlap", 1001),
        ("pairing.policy", "any"), ("pairing.system", ""), ("pairing.sytem", "x"), ("owner", 1), ("is_staff", True),
        ("rubrics", []), ("rubrics", {}), ("rubrics[1]", 5), ("rubrics[1].key", "quality"),
        ("rubrics[0].task_kind", "order"),
        ("pairing.k", 2), ("pairing.k", 9), ("pairing.k", True), ("rubrics[0].labels", 5), ("rubrics[0].criteria", []),
        ("rubrics[0].criteria[0].level", "high"), ("rubrics[0].criteria[0].scale", [5, 1]),
        ("rubrics[0].criteria[0].task", "pairwise"), ("rubrics[0].criteria[1].values", ["a", "a"]),
        ("rubrics[0].criteria[0].required", 1), ("rubrics[0].criteria[1].key", "clarity"),
    ],
)  # fmt: skip
def test_every_fault_names_its_field(founder: User, path: str, value: Any) -> None:
    answer = post(open_api(founder), change(path, value))

    assert answer.status_code == 400, answer.content
    assert [fault["field"] for fault in answer.json()["errors"]] == [path]
    assert Project.objects.filter(slug="sky").count() == 0


def test_all_faults_are_told_at_once(founder: User) -> None:
    answer = post(open_api(founder), {"slug": 1, "overlap": "3", "rubrics": [{"key": "a"}]})

    fields = [fault["field"] for fault in answer.json()["errors"]]
    assert fields == ["slug", "overlap", "rubrics[0].task_kind"]


@pytest.mark.parametrize("body", ["[]", "5", '{"slug": NaN}', "", '{"slug": "a", "slug": "b"}'])
def test_what_describes_no_project_is_refused(founder: User, body: str) -> None:
    assert post(open_api(founder), body).status_code in (400, 415)
    assert IdempotentReply.objects.count() == 0


@pytest.mark.parametrize("role", [Role.RATER, Role.REVIEWER])
def test_raters_and_reviewers_make_no_projects(role: Role) -> None:
    api = open_api(make_member(make_project(), role).user)

    assert post(api, WHOLE).status_code == 403


def test_turns_are_said_of_rubrics_that_there_are(founder: User) -> None:
    api, said = open_api(founder), {"quality": "each"}
    refused = post(api, change("pairing", {"turns": {**said, "manner": "each"}}))
    assert refused.status_code == 400
    [fault] = refused.json()["errors"]
    assert (fault["field"], fault["message"]) == (
        "pairing.turns.manner",
        "no rubric of this project has the key 'manner'",
    )
    assert post(api, change("pairing", {"turns": said}), key="again").status_code == 201
    assert Project.objects.get(slug="sky").pairing == {"turns": said}


def test_staff_makes_the_first_project() -> None:
    assert post(open_api(make_user(is_staff=True)), WHOLE).status_code == 201


def test_two_rubrics_of_one_key_are_refused_and_the_key_is_named(founder: User) -> None:
    twice = {**WHOLE, "rubrics": [WHOLE["rubrics"][0], {**WHOLE["rubrics"][1], "key": "quality"}]}
    refused = post(open_api(founder), twice)
    assert refused.status_code == 400
    [fault] = refused.json()["errors"]
    assert (fault["field"], fault["message"]) == (
        "rubrics[1].key",
        "another rubric of the project has the key 'quality'",
    )


def test_a_rubric_asks_its_questions_one_after_another_where_it_says_so(founder: User) -> None:
    made = post(open_api(founder), change("rubrics[0].one_at_a_time", True))
    assert made.status_code == 201
    project = Project.objects.get(slug="sky")
    asked = {rubric.key: rubric.one_at_a_time for rubric in project.rubrics.all()}
    assert asked == {"quality": True, "better": False}
    rows = open_api(founder).get("/api/v1/projects/sky/rubrics/").json()["results"]
    assert {row["key"]: row["one_at_a_time"] for row in rows} == asked


def test_how_questions_are_asked_is_true_or_false(founder: User) -> None:
    refused = post(open_api(founder), change("rubrics[0].one_at_a_time", "yes"))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "rubrics[0].one_at_a_time")
    refused = post(open_api(founder), change("rubrics[0].criteria[0].one_at_a_time", True), key="k2")
    assert refused.json()["errors"][0]["field"] == "rubrics[0].criteria[0].one_at_a_time"
