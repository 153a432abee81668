"""Training and the test as raters and researchers meet them."""

import json
from typing import Any

import pytest
from django.test import Client

from annotations.domain.people.skills import set_skills
from annotations.models import Annotation, Assignment, Project, Rater, Role, Task, Trial
from annotations.queries.gates import Demand
from annotations.queries.known_supply import list_shortages
from evalplatform.accounts.tokens import create_api_token
from evalplatform.common.clock import database_now
from tests.annotations.domain.checking.test_cautions import show_as
from tests.annotations.domain.queue.test_qualify import make_school, work
from tests.factories.gated import ask_for, make_reader
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database


def sign_in(rater: Rater) -> Client:
    assert rater.user is not None
    client = Client(headers={"HX-Request": "true"})
    client.force_login(rater.user)
    return client


def answer(browser: Client, *, right: bool) -> Any:
    """Send an answer to the task in hand, as the page does."""
    held = Assignment.objects.select_related("task", "rater").get(state="live")
    said = show_as(held, "first" if right else "second")
    form = {"ratings": json.dumps({"overall": said}), "seconds": "1", "client_key": str(held.public_id)}
    return browser.post(f"/p/sky/rate/{held.public_id}/answer/", form)


def test_after_each_training_answer_its_rater_reads_what_was_expected_and_why() -> None:
    browser = sign_in(make_person(make_school()))
    assert "Training: 0 of 2 done" in browser.get("/p/sky/rate/").content.decode()
    wrong = answer(browser, right=False).content.decode()
    assert "Something else was expected" in wrong
    assert "It is longer." in wrong
    assert Assignment.objects.filter(state="live").count() == 0
    assert "Training: 1 of 2 done" in browser.get("/p/sky/rate/").content.decode()
    assert "As expected" in answer(browser, right=True).content.decode()
    test = browser.get("/p/sky/rate/").content.decode()
    assert "Test before the work: 0 of 3 done" in test
    after = answer(browser, right=False).content.decode()
    assert "What was expected" not in after
    assert "Test before the work: 1 of 3 done" in after


def test_who_uses_up_all_tries_is_told_the_result_and_no_error() -> None:
    rater = make_person(make_school(training=0, tries=1))
    work(rater, 3, right=False)
    shown = sign_in(rater).get("/p/sky/rate/")
    assert shown.status_code == 200
    assert "As expected in the last try: 0 of 3; 2 are needed." in shown.content.decode()


def test_a_test_without_tasks_is_no_error_either() -> None:
    rater = make_person(make_school(training=0))
    Task.objects.filter(state="gold").update(state="withdrawn")
    assert "No test can be given now" in sign_in(rater).get("/p/sky/rate/").content.decode()


def test_a_researcher_sets_the_test_sees_who_passed_and_lets_somebody_begin() -> None:
    project = make_school(training=0)
    passed, failed = make_person(project), make_person(project)
    work(passed, 4)
    work(failed, 6, right=False)
    browser = Client()
    browser.force_login(make_member(project, Role.RESEARCHER).user)
    form = {"size": "2", "mark": "50", "tries": "3"}
    assert browser.post("/p/sky/qualification/", form).status_code == 302
    project.refresh_from_db()
    assert (project.test_size, project.test_mark, project.test_tries) == (2, 0.5, 3)
    refused = browser.post("/p/sky/qualification/", {**form, "size": "9"})
    assert refused.status_code == 400
    assert "No task is asked twice" in refused.content.decode()
    shown = browser.get("/p/sky/qualification/").content.decode()
    assert passed.name in shown
    assert "3 / 3" in shown
    assert "0 / 3" in shown
    begin = f"/p/sky/qualification/{failed.public_id}/begin/"
    assert browser.post(begin).status_code == 302
    failed.refresh_from_db()
    assert failed.qualified_at is not None


def test_a_task_becomes_a_training_task_on_its_page_and_is_dealt_again_afterwards() -> None:
    project = make_project("sky")
    task = make_pair_task(project, make_pair_rubric(project))
    browser = Client()
    browser.force_login(make_member(project, Role.RESEARCHER).user)
    case = f"/p/sky/review/{task.public_id}/"
    form = {"value:overall": '"first"', "training": "1"}
    assert browser.post(f"{case}gold/", form).status_code == 302
    assert Task.objects.get().state == "training"
    assert "Keep as the expected answer in training" in browser.get(case).content.decode()
    assert browser.post(f"{case}gold/end/").status_code == 302
    assert Task.objects.get().state == "open"


def test_the_same_over_rest() -> None:
    project = make_school(training=1, tries=1, size=1)
    rater = make_person(project)
    api, own = (
        Client(headers={"Authorization": f"Bearer {create_api_token(user=user, name='test')[1]}"})
        for user in (make_member(project, Role.RESEARCHER).user, rater.user)
        if user is not None
    )
    held = own.post("/api/v1/projects/sky/assignments/").json()
    lease = Assignment.objects.select_related("task", "rater").get(state="live")
    body = {"ratings": {"overall": show_as(lease, "second")}, "seconds": 1, "client_key": "k"}
    sent = own.put(
        f"/api/v1/assignments/{held['id']}/annotation/", body, content_type="application/json"
    ).json()
    expected = {"overall": {"value": show_as(lease, "first"), "rationale": "It is longer."}}
    assert (sent["phase"], sent["expected"]) == ("trained", expected)
    work(rater, 1, right=False)
    assert own.post("/api/v1/projects/sky/assignments/").status_code == 403
    told = api.get("/api/v1/projects/sky/qualification/").json()
    [line] = told["raters"]
    assert (told["size"], told["tries"], len(told["training"])) == (1, 1, 1)
    assert (line["rater"], line["qualified_at"]) == (str(rater.public_id), None)
    assert [(trial["state"], trial["hits"], trial["n"]) for trial in line["trials"]] == [("failed", 0, 1)]
    assert api.post(f"/api/v1/projects/sky/raters/{rater.public_id}/waive-test/").status_code == 200
    assert own.post("/api/v1/projects/sky/assignments/").status_code == 201
    terms = {"size": 0, "mark": 0.5, "tries": 1}
    put = api.put("/api/v1/projects/sky/qualification/", terms, content_type="application/json")
    assert put.json()["size"] == 0
    assert Trial.objects.count() == 2
    assert Project.objects.get().test_mark == 0.5
    assert Annotation.objects.filter(phase="trained").count() == 1


def test_raters_are_told_beforehand_of_the_test_and_of_the_rule() -> None:
    project = make_school(training=0)
    browser = sign_in(make_person(project))
    shown = browser.get("/p/sky/").content.decode()
    assert "Before real work come training and a test." in shown
    assert "can contest what was expected" not in shown
    Project.objects.update(gold_floor=0.7, test_size=0)
    shown = browser.get("/p/sky/").content.decode()
    assert "Before real work come training and a test." not in shown
    assert "can contest what was expected" in shown


def test_who_may_be_asked_too_few_known_answers_is_named_with_what_can_be_done() -> None:
    """All tries need six; two of the eight ask for Russian, three for law."""
    project = make_school(training=0)
    gold = list(Task.objects.filter(state="gold").select_related("project").order_by("pk"))
    for place, task in enumerate(gold):
        if place < 5:
            ask_for(task, *(("ru", ()) if place < 2 else ("", ("law",))))
    lawyer = make_reader(project, skills=["law"])
    grace, hopper, both = (
        make_reader(project),
        make_reader(project),
        make_reader(project, "ru", skills=["law"]),
    )
    done = make_reader(project)
    Rater.objects.filter(pk=done.pk).update(qualified_at=database_now())
    owner = make_member(project, Role.RESEARCHER)
    [short] = list_shortages(Project.objects.get())
    names = sorted(rater.user.username for rater in (grace, hopper) if rater.user)
    assert (list(short.people), short.known, short.lacking) == (names, 3, 3)
    assert short.asked == (Demand("ru", (), 2), Demand("", ("law",), 3))
    assert lawyer.user is not None
    assert both.user is not None
    client = Client()
    client.force_login(owner.user)
    page = client.get("/p/sky/qualification/").content.decode()
    assert f"{', '.join(names)} may be asked 3 known answers, and all tries need 3 more." in page
    assert "reading Russian (2); the skill law (3)" in page
    token = create_api_token(user=owner.user, name="test")[1]
    told = client.get("/api/v1/projects/sky/qualification/", headers={"Authorization": f"Bearer {token}"})
    assert told.json()["shortages"] == [
        {
            "people": 2,
            "known": 3,
            "lacking": 3,
            "asked": [
                {"language": "ru", "skills": [], "tasks": 2},
                {"language": "", "skills": ["law"], "tasks": 3},
            ],
        }
    ]
    for rater in (grace, hopper):
        set_skills(rater=rater, names=["law"], actor=owner.user)
    assert list_shortages(Project.objects.get()) == []
    assert "all tries need" not in client.get("/p/sky/qualification/").content.decode()


def test_what_all_lack_alike_is_told_once_and_of_nobody() -> None:
    project = make_school(training=0)
    make_person(project)
    Task.objects.filter(state="gold").latest("pk").delete()
    Task.objects.filter(state="gold").latest("pk").delete()
    Task.objects.filter(state="gold").latest("pk").delete()
    assert list_shortages(Project.objects.get()) == []
