"""A reviewer's own marks: offered where a decision is made, read as those of raters are, over REST as on the page."""

import json
from typing import Any

import pytest
from django.test import Client

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Level, Project, Query, Rater, RaterKind, Role, Task, TaskKind
from tests.factories.callers import open_api, open_browser, sign_in
from tests.factories.ledger import (
    make_criterion,
    make_person,
    make_project,
    make_rubric,
    make_single_task,
    make_system,
)

pytestmark = pytest.mark.database
OPTIONS = {"categories": ["Accuracy", "Style"], "severities": ["Major", "Minor"]}
TEXT = "apex-9 says: **the cat** sat."
SHOWN = "[name hidden] says: **the cat** sat."  # offsets that are sent count in this one


@pytest.fixture
def project() -> Project:
    return make_project("mqm")


@pytest.fixture
def task(project: Project) -> Task:
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "errors", Level.SPANS, options=OPTIONS)
    return make_single_task(project, rubric, system=make_system(project, "apex-9"), text=TEXT, overlap=2)


def mark(words: str, category: str = "Accuracy", severity: str = "Major") -> dict[str, Any]:
    start = SHOWN.index(words)
    return {"start": start, "end": start + len(words), "category": category, "severity": severity}


def answer(project: Project, marks: list[dict[str, Any]]) -> Rater:
    rater = make_person(project)
    held = claim_assignment(rater=rater)
    assert held is not None
    record_annotation(assignment=held, ratings={"errors": marks}, seconds=1.0, client_key=str(held.public_id))
    return rater


def read_expected(name: str) -> list[tuple[int, str, str, str]]:
    """Marks of the reference rater of this name, each as it stands in the stored text."""
    standing = Annotation.objects.get(rater__kind=RaterKind.REFERENCE, rater__name=name, is_current=True)
    spans = standing.ratings.get().spans or []
    assert all(TEXT[span["start"] : span["end"]] == span["text"] for span in spans)
    return [(span["start"], span["text"], span["category"], span["severity"]) for span in spans]


def test_a_decision_holds_own_marks_beside_ticked_ones(project: Project, task: Task) -> None:
    answer(project, [mark("cat")])
    answer(project, [])
    reviewer = sign_in(project, Role.REVIEWER)
    address = f"/p/mqm/review/{task.public_id}/"
    own, ticked = json.dumps(mark("sat", "Style", "Minor")), json.dumps(mark("cat"))
    sent = {"mark:errors": [ticked, own, own]}  # set twice, it is one mark
    assert reviewer.post(f"{address}decide/", sent).status_code == 302
    assert read_expected("adjudication") == [(19, "cat", "Accuracy", "Major"), (25, "sat", "Style", "Minor")]
    page = " ".join(reviewer.get(address).content.decode().split())
    assert page.count("checked") == 2
    assert page.count("marked by a reviewer") == 1


def test_own_marks_are_as_legal_as_those_of_raters_and_come_back_where_they_are_not(
    project: Project, task: Task
) -> None:
    answer(project, [mark("cat")])
    reviewer = sign_in(project, Role.REVIEWER)
    sent = [json.dumps(mark("sat")), json.dumps(mark("says", "Nonsense"))]
    refused = reviewer.post(f"/p/mqm/review/{task.public_id}/decide/", {"mark:errors": sent})
    assert refused.status_code == 400
    page = " ".join(refused.content.decode().split())
    assert "category of a passage must be one of Accuracy, Style" in page
    assert page.count("marked by a reviewer") == 2
    assert page.count("checked") == 2
    assert not Annotation.objects.filter(rater__kind=RaterKind.REFERENCE).exists()


def test_marks_are_set_where_a_decision_is_made_and_ticked_by_who_is_asked_again(
    project: Project, task: Task
) -> None:
    own = answer(project, [mark("cat")])
    answer(project, [])
    reviewer = sign_in(project, Role.REVIEWER)
    case = reviewer.get(f"/p/mqm/review/{task.public_id}/").content.decode()
    assert "data-picker" in case
    assert "&quot;severities&quot;" in case
    assert case.index("You can mark") > case.index('data-criterion="errors" hidden')  # until the page can
    reviewer.post(f"/p/mqm/review/{task.public_id}/discuss/", {"note": "Is the cat wrong?"})
    message = open_browser(own.user).get(f"/p/mqm/messages/{Query.objects.get(rater=own).public_id}/")
    page = message.content.decode()
    assert "mark:errors" in page
    assert "data-picker" not in page


def test_an_expected_answer_holds_own_marks(project: Project, task: Task) -> None:
    make_criterion(task.rubric, "fluency", Level.NOMINAL, values=[{"value": "yes"}, {"value": "no"}])
    researcher: Client = sign_in(project, Role.RESEARCHER)
    sent = {"mark:errors": json.dumps(mark("the cat")), "value:fluency": '"yes"'}
    assert researcher.post(f"/p/mqm/review/{task.public_id}/gold/", sent).status_code == 302
    expected = Annotation.objects.get(rater__kind=RaterKind.REFERENCE).ratings.get(criterion__key="errors")
    assert [span["text"] for span in expected.spans or []] == ["the cat"]
    page = researcher.get(f"/p/mqm/review/{task.public_id}/").content.decode()
    assert page.count("in the expected answer") == 1
    assert "marked by a reviewer" not in page


def test_a_decision_over_rest_holds_marks_that_no_rater_set(project: Project, task: Task) -> None:
    answer(project, [])
    api = open_api(make_person(project, role=Role.REVIEWER).user)
    address = f"/api/v1/projects/mqm/tasks/{task.public_id}"
    shown = api.get(f"{address}/answers/").json()["task"]["generations"][0]["text"]
    assert shown == SHOWN
    body = {"ratings": {"errors": [mark("cat")]}, "note": ""}
    assert api.put(f"{address}/decision/", body, content_type="application/json").status_code == 200
    assert read_expected("adjudication") == [(19, "cat", "Accuracy", "Major")]
    beyond = {"ratings": {"errors": [{**mark("cat"), "end": 10**6}]}}
    assert api.put(f"{address}/decision/", beyond, content_type="application/json").status_code == 400


@pytest.mark.parametrize("said", ["absent", "abstained"])
@pytest.mark.parametrize("marked", [{"mark:errors": json.dumps(mark("cat"))}, {"value:errors": "[]"}])
def test_marks_beside_the_word_that_there_is_none_are_refused_and_stay_on_the_page(
    project: Project, marked: dict[str, str], said: str
) -> None:
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(
        rubric, "errors", Level.SPANS, options={**OPTIONS, "not_applicable": True, "abstain": True}
    )
    task = make_single_task(project, rubric, text=TEXT, overlap=2)
    reviewer = sign_in(project, Role.REVIEWER)
    sent = {**marked, f"{said}:errors": "on", "comment:errors": "Why."}
    refused = reviewer.post(
        f"/p/mqm/review/{task.public_id}/decide/", sent, headers={"accept-language": "ru"}
    )
    assert refused.status_code == 400
    page = " ".join(refused.content.decode().split())
    assert "либо значение, либо указание, что его нет (absent), но не оба сразу" in page
    assert page.count(" checked") == 2
    assert not Annotation.objects.filter(rater__kind=RaterKind.REFERENCE).exists()
