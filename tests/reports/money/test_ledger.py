"""People and judges in one ledger, and what is still to come, on the page, over REST and on the project's page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Assignment, PayUnit, Project, Rater, Role
from evalplatform.reports.money.forecast import forecast_project
from evalplatform.reports.money.foreseen import Foreseen
from evalplatform.reports.money.ledger import read_ledger
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.models import Attempt, AttemptState
from tests.factories.callers import sign_in
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def project() -> Project:
    """Ten pairs for one person each, paid by the task."""
    project = make_project("sky", pay=Decimal("0.5000"))
    rubric = make_pair_rubric(project)
    for _ in range(10):
        make_pair_task(project, rubric)
    return project


@pytest.fixture
def client(project: Project) -> Client:
    return sign_in(project)


def answer(rater: Rater, *, days_ago: int, seconds: float = 36.0) -> None:
    """An answer at noon so many days before `NOW`."""
    held = claim_assignment(rater=rater)
    assert held is not None
    done = record_annotation(
        assignment=held, ratings={"overall": "tie"}, seconds=seconds, client_key=str(held.pk)
    )
    at = NOW - timedelta(days=days_ago)
    Assignment.objects.filter(pk=held.pk).update(created_at=at - timedelta(hours=1))
    Annotation.objects.filter(pk=done.annotation.pk).update(created_at=at)


def call_judge(project: Project, *costs: str) -> None:
    """A judge of which as many calls were made, at these prices."""
    judge = create_judge(project=project, name="longest", protocol="pair", builtin="longest")
    run = plan_run(project=project, judge=judge, limit=3, wake=False)
    calls = list(run.attempts.order_by("pk"))
    for call, cost in zip(calls, costs, strict=False):
        Attempt.objects.filter(pk=call.pk).update(
            state=AttemptState.DONE, cost=Decimal(cost), tokens_in=1, tokens_out=1
        )


def test_people_and_judges_stand_in_one_table(project: Project) -> None:
    ann, bob = make_person(project), make_person(project)
    for rater in (ann, ann, bob):
        answer(rater, days_ago=1)
    call_judge(project, "0.25", "0.5")
    ledger = read_ledger(project=project)
    people = {line.name: (line.answers, line.seconds, line.usd, line.usd_each) for line in ledger.people}
    assert people == {
        ann.name: (2, 72.0, Decimal("1.00"), Decimal("0.5")),
        bob.name: (1, 36.0, Decimal("0.50"), Decimal("0.5")),
    }
    assert [(line.name, line.answers, line.usd) for line in ledger.judges] == [
        ("longest", 2, Decimal("0.75"))
    ]
    assert (ledger.people_usd, ledger.judges_usd, ledger.total) == (
        Decimal("1.50"),
        Decimal("0.75"),
        Decimal("2.25"),
    )


def test_without_pay_people_cost_what_nobody_knows(project: Project) -> None:
    answer(make_person(project), days_ago=1)
    Project.objects.update(pay=None)
    project.refresh_from_db()
    ledger = read_ledger(project=project)
    assert [line.usd for line in ledger.people] == [None]
    assert ledger.people_usd is None
    assert ledger.total == 0
    assert forecast_project(project=project, now=NOW).people is None


def test_the_pace_is_that_of_whole_days(project: Project) -> None:
    ann = make_person(project)
    for days_ago in (3, 3, 1, 0):
        answer(ann, days_ago=days_ago)
    forecast = forecast_project(project=project, now=NOW)
    assert (forecast.places, forecast.seen) == (6, 3)
    assert forecast.days is not None
    assert forecast.days.expected == 6.0
    assert forecast.finish == (NOW + timedelta(days=6)).date()
    assert (forecast.earliest is not None, forecast.latest) == (True, None)
    assert forecast.people == Foreseen(3.0, 3.0, 3.0)


def test_before_a_whole_day_the_end_is_not_known(project: Project) -> None:
    answer(make_person(project), days_ago=0)
    forecast = forecast_project(project=project, now=NOW)
    assert (forecast.places, forecast.days, forecast.finish) == (9, None, None)


def test_pay_by_the_hour_follows_the_time_taken(project: Project) -> None:
    ann = make_person(project)
    for seconds in (30.0, 36.0, 42.0):
        answer(ann, days_ago=1, seconds=seconds)
    Project.objects.update(pay_unit=PayUnit.HOUR, pay=Decimal(100), gold_share=0.1)
    project.refresh_from_db()
    found = forecast_project(project=project, now=NOW).people
    assert found is not None
    assert found.expected == pytest.approx(7 / 0.9 * 36 / 3600 * 100)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.expected < found.high


def test_checks_are_paid_beside_places(project: Project) -> None:
    Project.objects.update(gold_share=0.05, repeat_share=0.05)
    project.refresh_from_db()
    found = forecast_project(project=project, now=NOW).people
    assert found is not None
    assert found.expected == pytest.approx(0.5 * 10 / 0.9)


def test_builtin_judges_cost_nothing_more(project: Project) -> None:
    call_judge(project)
    forecast = forecast_project(project=project, now=NOW)
    assert (forecast.calls > 0, forecast.judges, forecast.unpriced) == (True, Foreseen(0.0, 0.0, 0.0), ())


def test_page_and_api_tell_the_same(project: Project, client: Client) -> None:
    answer(make_person(project, "ann"), days_ago=1)
    call_judge(project, "0.25")
    page = client.get("/p/sky/costs/").content.decode()
    told = client.get("/api/v1/projects/sky/costs/").json()
    assert (told["people_usd"], told["judges_usd"], told["total_usd"]) == ("0.50", "0.25000000", "0.75000000")
    assert [(line["kind"], line["answers"]) for line in told["lines"]] == [("person", 1), ("judge", 1)]
    assert told["forecast"]["places"] == 9
    assert ["0.75" in page, "longest" in page] == [True, True]


def test_researchers_see_whom_to_pay_and_reviewers_see_raters(project: Project, client: Client) -> None:
    ann = make_person(project, "ann")
    answer(ann, days_ago=1)
    reviewer = Client()
    reviewer.force_login(make_member(project, Role.REVIEWER).user)
    for who, name, other in ((client, "ann", ann.name), (reviewer, ann.name, "ann")):
        told = who.get("/api/v1/projects/sky/costs/").json()
        assert [line["name"] for line in told["lines"]] == [name]
        page = who.get("/p/sky/costs/").content.decode()
        assert [f">{name}</th>" in page, f">{other}</th>" in page] == [True, False]


def test_readers_see_the_forecast_on_the_projects_page_and_raters_do_not(
    project: Project, client: Client
) -> None:
    assert "Still to pay for people" in client.get("/p/sky/").content.decode()
    client.force_login(make_member(project).user)
    assert "Still to pay for people" not in client.get("/p/sky/").content.decode()
    assert client.get("/p/sky/costs/").status_code == 403
