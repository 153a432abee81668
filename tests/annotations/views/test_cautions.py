"""The rule on checks as people meet it: a researcher sets it, a rater reads why and contests, a researcher settles."""

import pytest
from django.test import Client

from annotations.models import Caution, Membership, Objection, Project, Rater, Role, RuleEffect
from tests.annotations.domain.test_cautions import make_rule, work_until_caution
from tests.factories.ledger import make_member, make_person, make_project

pytestmark = pytest.mark.database


def sign_in(rater: Rater) -> Client:
    assert rater.user is not None
    client = Client()
    client.force_login(rater.user)
    return client


def open_as_researcher(project: Project) -> Client:
    client = Client()
    client.force_login(make_member(project, Role.RESEARCHER).user)
    return client


def make_caution(effect: RuleEffect) -> tuple[Caution, Client, Client]:
    """One, with its rater's browser and a researcher's."""
    rater = make_person(make_rule(effect))
    caution = work_until_caution(rater)
    assert caution is not None
    return caution, sign_in(rater), open_as_researcher(rater.project)


def test_the_rule_is_set_on_the_page() -> None:
    project = make_project("sky")
    browser = open_as_researcher(project)
    form = {"gold_floor": "70", "repeat_floor": "", "least_checks": "8", "effect": "escalate"}
    assert browser.post("/p/sky/checks/rule/", form).status_code == 302
    project.refresh_from_db()
    assert (project.gold_floor, project.repeat_floor) == (0.7, None)
    assert (project.least_checks, project.rule_effect) == (8, "escalate")
    assert 'value="70' in browser.get("/p/sky/checks/").content.decode()
    refused = browser.post("/p/sky/checks/rule/", {**form, "gold_floor": "100"})
    assert refused.status_code == 400
    project.refresh_from_db()
    assert project.gold_floor == 0.7


def test_a_warned_rater_is_told_while_working_until_they_have_read_it() -> None:
    caution, rater, _ = make_caution(RuleEffect.WARN)
    words = "a message about your checks"
    assert words in rater.get("/p/sky/rate/").content.decode()
    assert f"/p/sky/cautions/{caution.public_id}/" in rater.get("/p/sky/messages/").content.decode()
    assert "answered as expected" in rater.get(f"/p/sky/cautions/{caution.public_id}/").content.decode()
    assert words not in rater.get("/p/sky/rate/").content.decode()


def test_a_paused_rater_is_led_to_the_reason_from_the_page_and_from_a_script() -> None:
    _, rater, _ = make_caution(RuleEffect.PAUSE)
    led = rater.get("/p/sky/rate/")
    assert (led.status_code, led["Location"]) == (302, "/p/sky/messages/")
    by_script = rater.get("/p/sky/rate/", headers={"HX-Request": "true"})
    assert by_script["HX-Redirect"] == "/p/sky/messages/"
    assert "You were paused" in rater.get("/p/sky/messages/").content.decode()


def test_a_rater_who_was_paused_by_hand_is_refused_as_before() -> None:
    rater = make_person(make_project("sky"))
    Rater.objects.update(deactivated_at="2026-01-01T00:00:00Z")
    assert sign_in(rater).get("/p/sky/rate/").status_code == 403


def test_a_rater_answers_and_contests_and_a_researcher_withdraws() -> None:
    caution, rater, researcher = make_caution(RuleEffect.PAUSE)
    address = f"/p/sky/cautions/{caution.public_id}/"
    shown = rater.get(address)
    task = shown.context["missed"][0].public_id
    assert shown.content.decode().count("What was expected") == 5
    assert rater.post(address, {"text": " "}).status_code == 400
    assert rater.post(address, {"text": "I had <b>mixed</b> up the keys."}).status_code == 302
    assert rater.post(f"{address}contest/", {"task": str(task), "text": "Both are wrong."}).status_code == 302
    listed = researcher.get("/p/sky/checks/cautions/").content.decode()
    assert "I had &lt;b&gt;mixed&lt;/b&gt; up the keys." in listed
    assert "1 known answer is contested" in listed
    decide = f"/p/sky/checks/objections/{Objection.objects.get().public_id}/"
    assert researcher.post(decide, {"act": "withdraw", "reply": "So they are."}).status_code == 302
    caution.refresh_from_db()
    assert caution.state == "lifted"
    assert rater.get("/p/sky/rate/").status_code == 200
    assert "it is lifted" in rater.get(address).content.decode()


def test_a_task_that_was_no_missed_check_cannot_be_contested() -> None:
    caution, rater, _ = make_caution(RuleEffect.WARN)
    address = f"/p/sky/cautions/{caution.public_id}/contest/"
    assert rater.post(address, {"task": "x", "text": "No."}).status_code == 400
    assert Objection.objects.count() == 0


def test_a_researcher_lets_a_rater_go_on() -> None:
    caution, rater, researcher = make_caution(RuleEffect.PAUSE)
    end = f"/p/sky/checks/cautions/{caution.public_id}/end/"
    assert researcher.post(end, {"reply": ""}).status_code == 400
    assert researcher.post(end, {"reply": "Please go on."}).status_code == 302
    assert rater.get("/p/sky/rate/").status_code == 200
    assert "Please go on." in rater.get(f"/p/sky/cautions/{caution.public_id}/").content.decode()


def test_nobody_reads_the_caution_of_another() -> None:
    caution, _, _ = make_caution(RuleEffect.WARN)
    other = make_person(Project.objects.get())
    assert sign_in(other).get(f"/p/sky/cautions/{caution.public_id}/").status_code == 404
    Membership.objects.filter(user=other.user).update(role=Role.REVIEWER)
    assert sign_in(other).get("/p/sky/checks/cautions/").status_code == 403
