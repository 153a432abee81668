"""The reviewers' pages and a rater's messages, with what each shows and hides."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.reviewing.review_queue import refresh_reviews
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import (
    Annotation,
    Assignment,
    Level,
    Origin,
    Phase,
    Project,
    Query,
    Rater,
    RaterKind,
    Remark,
    Role,
    Task,
    TaskKind,
)
from evalplatform.accounts.tokens import create_api_token
from tests.factories.callers import open_browser, sign_in
from tests.factories.ledger import (
    make_criterion,
    make_member,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_rubric,
)
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
REASONS = {"first": "It is shorter.", "second": "<b>It is right.</b>"}


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def task(project: Project) -> Task:
    return make_pair_task(project, make_pair_rubric(project), overlap=2)


@pytest.fixture
def people(project: Project, task: Task) -> list[Rater]:
    """Two, of whom one is for A as shown, the other for B, on the same side of the canonical order each."""
    people = [make_person(project) for _ in REASONS]
    for person, (wanted, reason) in zip(people, REASONS.items(), strict=True):
        held = claim_assignment(rater=person)
        assert held is not None
        key = str(held.public_id)
        sent = {"overall": {"value": wanted, "rationale": reason}}
        kept = record_annotation(assignment=held, ratings=sent, seconds=1.0, client_key=key).annotation
        kept.ratings.update(code=wanted)
    return people


@pytest.fixture
def reviewer(project: Project) -> Client:
    return sign_in(project, Role.REVIEWER)


def read(response: object) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def test_the_list_leads_to_the_task(reviewer: Client, task: Task, people: list[Rater]) -> None:
    page = read(reviewer.get("/p/sky/review/"))
    assert f"/p/sky/review/{task.public_id}/" in page
    assert "1.00" in page


def test_names_and_systems_are_hidden_until_the_decision(
    reviewer: Client, task: Task, people: list[Rater]
) -> None:
    hidden = [*(person.name for person in people), *(g.system.name for g in task.generations.all())]
    page = read(reviewer.get(f"/p/sky/review/{task.public_id}/"))
    assert [name for name in hidden if name in page] == []
    assert "It is shorter." in page
    assert "&lt;b&gt;It is right.&lt;/b&gt;" in page
    form = {"value:overall": '"first"', "comment:overall": "Clearer.", "note": "Agreed on the phone."}
    reviewer.post(f"/p/sky/review/{task.public_id}/decide/", form)
    page = read(reviewer.get(f"/p/sky/review/{task.public_id}/"))
    assert [person.name in page for person in people] == [True, True]
    assert "Agreed on the phone." in page
    refresh_reviews(project=task.project)
    assert "Nothing is to be settled" in read(reviewer.get("/p/sky/review/"))


def test_a_decision_means_the_sides_that_the_reviewer_saw(
    reviewer: Client, task: Task, people: list[Rater]
) -> None:
    page = read(reviewer.get(f"/p/sky/review/{task.public_id}/"))
    is_swapped = page.index("The second answer.") < page.index("The first answer.")
    reviewer.post(f"/p/sky/review/{task.public_id}/decide/", {"value:overall": '"first"'})
    decided = Annotation.objects.get(rater__name="adjudication").ratings.get()
    first = next(place for place in task.positions.all() if place.generation.text == "The first answer.")
    expected = first.position if not is_swapped else 1 - first.position
    assert decided.code == ("first", "second")[expected]


def test_a_decision_says_how_much_better_where_the_rubric_asks(reviewer: Client, project: Project) -> None:
    rubric = make_rubric(project, TaskKind.PAIR)
    make_criterion(rubric, "overall", Level.PREFERENCE, options={"strength": True})
    task = make_pair_task(project, rubric)
    address = f"/p/sky/review/{task.public_id}/"
    assert read(reviewer.get(address)).count('name="strength:overall"') == 4
    for value, sent, meta in (
        ('"first"', "3", {"strength": 3}),
        ('"tie"', "3", None),
        ('"first"', "9", None),
    ):
        reviewer.post(f"{address}decide/", {"value:overall": value, "strength:overall": sent})
        assert Annotation.objects.get(is_current=True).ratings.get().meta == meta


def test_a_decision_without_an_answer_is_shown_again_with_what_is_missing(
    reviewer: Client, task: Task, people: list[Rater]
) -> None:
    response = reviewer.post(f"/p/sky/review/{task.public_id}/decide/", {"note": "Kept while typing."})
    assert response.status_code == 400
    assert "Kept while typing." in read(response)
    assert Annotation.objects.filter(rater__name="adjudication").count() == 0


def test_a_rater_answers_what_was_sent_back_without_seeing_the_others(
    reviewer: Client, task: Task, people: list[Rater]
) -> None:
    answer = Annotation.objects.get(rater=people[0])
    reviewer.post(f"/p/sky/answers/{answer.public_id}/return/", {"note": "Read to the end."})
    query = Query.objects.get()
    rater = open_browser(people[0].user)
    assert "Read to the end." in read(rater.get("/p/sky/messages/"))
    page = read(rater.get(f"/p/sky/messages/{query.public_id}/"))
    assert "It is shorter." in page
    assert "It is right." not in page
    form = {"value:overall": '"tie"', "client_key": "new"}
    assert rater.post(f"/p/sky/messages/{query.public_id}/answer/", form).status_code == 302
    now = Annotation.objects.get(rater=people[0], is_current=True)
    assert (now.phase, now.ratings.get().code) == (Phase.REVISED, "tie")
    assert "Nothing is asked of you." in read(rater.get("/p/sky/messages/"))


def test_a_discussion_shows_what_the_others_said_without_names(
    reviewer: Client, task: Task, people: list[Rater]
) -> None:
    reviewer.post(f"/p/sky/review/{task.public_id}/discuss/", {"note": "Which is clearer?"})
    query = Query.objects.get(rater=people[0])
    rater = open_browser(people[0].user)
    page = read(rater.get(f"/p/sky/messages/{query.public_id}/"))
    assert "&lt;b&gt;It is right.&lt;/b&gt;" in page
    assert people[1].name not in page
    rater.post(f"/p/sky/messages/{query.public_id}/answer/", {"keep": "1", "reply": "I stay with it."})
    assert "I stay with it." in read(reviewer.get(f"/p/sky/review/{task.public_id}/"))


def test_a_remark_is_read_and_its_reply_comes_back(reviewer: Client, project: Project, task: Task) -> None:
    person = make_person(project)
    rater = open_browser(person.user)
    rater.get("/p/sky/rate/")
    held = Assignment.objects.get(rater=person)
    sent = rater.post(f"/p/sky/rate/{held.public_id}/remark/", {"kind": "flag", "text": "The text is cut."})
    assert sent.status_code == 204
    assert "waits for a reply" in read(reviewer.get("/p/sky/remarks/"))
    reviewer.post(f"/p/sky/remarks/{Remark.objects.get().public_id}/reply/", {"text": "It is meant so."})
    assert "It is meant so." in read(rater.get("/p/sky/messages/"))


def test_the_same_over_rest(project: Project, task: Task, people: list[Rater]) -> None:
    user = make_member(project, Role.REVIEWER).user
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
    [review] = api.get("/api/v1/projects/sky/reviews/").json()["results"]
    assert (review["task"], review["disagreement"], review["raters"]) == (str(task.public_id), 1.0, 2)
    url = f"/api/v1/projects/sky/tasks/{task.public_id}"
    told = api.get(f"{url}/answers/").json()
    assert [answer["rater"] for answer in told["answers"]] == [None, None]
    assert sorted(answer["ratings"]["overall"]["value"] for answer in told["answers"]) == ["first", "second"]
    body = {"ratings": {"overall": "tie"}, "note": ""}
    decided = api.put(f"{url}/decision/", body, content_type="application/json")
    assert decided.status_code == 200
    told = api.get(f"{url}/answers/").json()
    assert {answer["rater"] for answer in told["answers"]} == {person.name for person in people}
    assert told["decision"]["id"] == decided.json()["id"]


def test_a_simulated_rater_is_called_one_and_is_asked_nothing(
    reviewer: Client, task: Task, people: list[Rater]
) -> None:
    rate(task, make_rater(task.project, "Sim", origin=Origin.SIMULATED), "first")
    page = read(reviewer.get(f"/p/sky/review/{task.public_id}/"))
    assert page.count("Simulated rater ") == 1
    assert page.count("<summary>Send back</summary>") == len(people)


def test_many_answers_are_counted_before_they_are_read_one_by_one(reviewer: Client, project: Project) -> None:
    rubric = make_rubric(project, TaskKind.PAIR)
    make_criterion(rubric, "overall", Level.PREFERENCE)
    task = make_pair_task(project, rubric)
    for number in range(6):
        rate(task, make_rater(project, f"p{number}"), "tie")
    address = f"/p/sky/review/{task.public_id}/"
    assert "<details><summary data-hotkey" not in read(reviewer.get(address))  # six are read at once
    rate(task, make_rater(project, "longest", RaterKind.JUDGE), "tie")
    rate(task, make_rater(project, "sim", origin=Origin.SIMULATED), "tie")
    page = " ".join(read(reviewer.get(address)).split())
    cells = ["Equal <strong>6</strong>", "Equal <strong>1</strong>", "Equal <strong>1</strong>"]
    assert re.findall(r"<td>(.+?)</td>", page[: page.index("</table>")]) == [f"{cell} " for cell in cells]
    assert "All 8 answers, one by one" in page
    assert page.index("Simulated rater 7") < page.index("Automatic rater 8")
