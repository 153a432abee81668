"""The rule on checks as people meet it: a researcher sets it, a rater reads why and contests, a researcher settles."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotations.domain.submitting.annotate import record_annotation
from annotations.models import (
    Assignment,
    Caution,
    CautionEffect,
    Ground,
    Membership,
    Objection,
    Project,
    Rater,
    Role,
    RuleEffect,
    Task,
)
from tests.annotations.domain.checking.test_cautions import make_rule, work_until_caution
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


def add_cautions(rater: Rater, count: int, *, upto: int = 0) -> list[Caution]:
    return [
        Caution.objects.create(
            project=rater.project, rater=rater, ground=Ground.GOLD, effect=CautionEffect.WARN, hits=0, n=5,
            floor=0.75, error=0.05, after=0, upto=upto,
        )
        for _ in range(count)
    ]  # fmt: skip


def contest_by_hand(caution: Caution) -> None:
    Objection.objects.create(
        project=caution.project, caution=caution, rater=caution.rater, text="No.",
        task=Task.objects.filter(project=caution.project).earliest("pk"),
    )  # fmt: skip


def count_queries(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_all_cautions_are_listed_some_at_a_time_and_asking_for_more_costs_nothing_more() -> None:
    project = make_rule(RuleEffect.WARN)
    researcher = open_as_researcher(project)
    address = "/p/sky/checks/cautions/"
    contest_by_hand(add_cautions(make_person(project), 1)[0])
    few = count_queries(researcher, address)
    for caution in add_cautions(make_person(project), 44):
        contest_by_hand(caution)
    assert count_queries(researcher, address) == few
    seen: list[str] = []
    query = ""
    while True:
        page = researcher.get(address + query)
        seen += [str(caution.public_id) for caution in page.context["cautions"]]
        if not page.context["next"]:
            break
        assert len(page.context["cautions"]) == 20
        query = f"?{page.context['next']}"
    newest_first = Caution.objects.order_by("-pk").values_list("public_id", flat=True)
    assert seen == list(map(str, newest_first))
    for wrong in ("x", "00000000-0000-4000-8000-000000000000"):
        assert researcher.get(address, {"after": wrong}).status_code == 400


def test_what_is_contested_can_be_found_among_many() -> None:
    project = make_rule(RuleEffect.WARN)
    first, *_ = add_cautions(make_person(project), 30)
    contest_by_hand(first)
    page = open_as_researcher(project).get("/p/sky/checks/cautions/?show=contested")
    assert [caution.pk for caution in page.context["cautions"]] == [first.pk]


def answer_checks(rater: Rater, tasks: list[Task]) -> Caution:
    """Each answered with one side: about half of them wrongly; the caution counts all."""
    for task in tasks:
        held = Assignment.objects.create(
            project=rater.project, task=task, rater=rater, expires_at="2100-01-01T00:00:00Z"
        )
        record_annotation(assignment=held, ratings={"overall": "tie"}, seconds=1.0, client_key=str(held.pk))
    return add_cautions(rater, 1, upto=2**62)[0]


def test_a_rater_sees_missed_checks_ten_at_a_time_and_more_of_them_cost_nothing_more() -> None:
    project = make_rule(RuleEffect.WARN, least=1_000, gold=20)
    gold = list(Task.objects.filter(state="gold").order_by("pk"))
    two, many = make_person(project), make_person(project)
    held = {rater: answer_checks(rater, gold[:count]) for rater, count in ((two, 2), (many, 17))}
    counts = [
        count_queries(sign_in(rater), f"/p/sky/cautions/{caution.public_id}/")
        for rater, caution in held.items()
    ]
    assert counts[0] == counts[1]
    address = f"/p/sky/cautions/{held[many].public_id}/"
    first, second = sign_in(many).get(address), sign_in(many).get(f"{address}?from=10")
    assert (len(first.context["missed"]), first.context["next"]) == (10, 10)
    assert (len(second.context["missed"]), second.context["next"]) == (7, None)
    assert "Known answer 11" in second.content.decode()
    assert sign_in(many).get(f"{address}?from=x").status_code == 400


def test_own_cautions_over_rest_cost_the_same_however_many_there_are() -> None:
    project = make_rule(RuleEffect.WARN, least=1_000, gold=20)
    gold = list(Task.objects.filter(state="gold").order_by("pk"))
    rater = make_person(project)
    contest_by_hand(answer_checks(rater, gold[:3]))
    address = "/api/v1/projects/sky/messages/cautions/"
    one = count_queries(sign_in(rater), address)
    for caution in add_cautions(rater, 9, upto=2**62):
        contest_by_hand(caution)
    assert count_queries(sign_in(rater), address) == one
    told = sign_in(rater).get(address).json()
    assert [len(each["missed"]) for each in told] == [3] * 10
