"""What a researcher is told of known answers when a rubric gets a new version, and how they approve them."""

import pytest

from annotations.models import Project, Rubric
from annotations.queries.checks import list_gold, list_unrenewed
from tests.annotations.domain.checking.test_renew_known import OTHER, change
from tests.annotations.domain.queue.test_qualify import make_school
from tests.annotations.views.test_cautions import open_as_researcher

pytestmark = pytest.mark.database


def make_changed() -> Project:
    """One with ten known answers (two of training) to a question that has been put otherwise."""
    project = make_school(training=2, gold=8)
    change(project, question=OTHER)
    return project


def test_the_page_of_checks_lists_what_waits_and_takes_the_word_for_one_or_all() -> None:
    project = make_changed()
    browser = open_as_researcher(project)
    page = browser.get("/p/sky/checks/").content.decode()
    assert page.count("It holds: ask it") == 10
    assert page.count("by version 1: asked no more") == 8
    one = list_unrenewed(project)[0]
    approve = "/p/sky/checks/approve/"
    assert browser.post(approve, {"task": str(one.public_id)}).status_code == 302
    assert list_unrenewed(project).count() == 9
    assert browser.post(approve, {"task": "x"}).status_code == 400
    assert browser.post(approve, {"task": str(one.public_id)}).status_code == 404
    assert browser.post(approve).status_code == 302
    assert not list_unrenewed(project)
    assert "Known answers that wait" not in browser.get("/p/sky/checks/").content.decode()


def test_the_page_of_the_test_says_that_known_answers_are_lacking() -> None:
    project = make_changed()
    browser = open_as_researcher(project)
    assert browser.get("/p/sky/qualification/").context["lacking"] == 6
    browser.post("/p/sky/checks/approve/")
    assert browser.get("/p/sky/qualification/").context["lacking"] == 0


def test_a_new_version_tells_what_became_of_known_answers() -> None:
    project = make_school(training=2, gold=8)
    rubric = Rubric.objects.get()
    browser = open_as_researcher(project)
    address = f"/p/sky/rubrics/{rubric.public_id}/"
    form = browser.get(address).context["setup"]
    sent = {field.html_name: field.value() or "" for field in form.words}
    for question in form.criteria:
        sent |= {field.html_name: field.value() or "" for field in question}
    sent |= {"questions": "1", "act": "make", "guidelines_en": "Read both.", "judged_anew": ""}
    told = browser.post(address, sent, follow=True).content.decode()
    assert "10 known answers hold for it and are asked by it." in told
    assert list_gold(project).count() == 8


def test_known_answers_are_approved_over_rest() -> None:
    project = make_changed()
    browser = open_as_researcher(project)
    one = str(list_unrenewed(project)[0].public_id)
    address = "/api/v1/projects/sky/checks/approve/"
    first = browser.post(address, {"tasks": [one]}, content_type="application/json").json()
    assert (first["approved"], len(first["waiting"]), one in first["waiting"]) == (1, 9, False)
    assert browser.post(address, {}, content_type="application/json").json() == {"approved": 9, "waiting": []}
