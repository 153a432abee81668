"""The page of judge runs: who sees it, what it says, and that its buttons work."""

import pytest
from django.test import Client
from django.utils import timezone

from annotations.models import SPECIMEN, Role
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, Run, RunState
from tests.factories.callers import sign_in
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import make_member, make_user

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


def make_run() -> Run:
    field = make_field(tasks=3, slug="study")
    return plan_run(project=field.project, judge=make_judge(field.project, URL))


def test_the_page_shows_how_far_a_run_is() -> None:
    run = make_run()
    Attempt.objects.filter(pk__in=run.attempts.values("pk")[:2]).update(
        state="failed", failure="timeout", ended_at=timezone.now()
    )
    page = sign_in(run.project, Role.RESEARCHER).get("/p/study/runs/").content.decode()
    assert "0 of 6 verdicts" in page
    assert "Failed, no answer in time: 2" in page
    assert 'hx-trigger="every 3s"' in page
    assert "<html" in page


def test_the_page_says_what_of_the_spend_nobody_confirmed() -> None:
    run = make_run()
    lost, answered = run.attempts.order_by("pk")[:2]
    now = timezone.now()
    Attempt.objects.filter(pk=lost.pk).update(state="lost", failure="worker_lost", cost="0.25", ended_at=now)
    Attempt.objects.filter(pk=answered.pk).update(
        state="done", cost="0.5", tokens_in=90, tokens_out=10, ended_at=now
    )
    Run.objects.update(spent="0.75")
    page = sign_in(run.project, Role.RESEARCHER).get("/p/study/runs/").content.decode()
    assert "0.7500 USD" in page
    assert "0.2500 USD of it for calls whose answer was lost" in page


def test_a_script_gets_the_list_alone_and_stops_asking_when_nothing_goes_on() -> None:
    run = make_run()
    Run.objects.update(state=RunState.FINISHED)
    page = (
        sign_in(run.project, Role.REVIEWER)
        .get("/p/study/runs/", headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "<html" not in page
    assert "hx-get" not in page


def test_a_project_without_runs_says_what_to_do() -> None:
    run = make_run()
    client = sign_in(run.project, Role.RESEARCHER)
    Run.objects.all().delete()
    assert "No judge has rated here yet." in client.get("/p/study/runs/").content.decode()


def test_researchers_pause_resume_and_call_off() -> None:
    run = make_run()
    client = sign_in(run.project, Role.RESEARCHER)
    found = []
    for verb in ("pause", "resume", "cancel"):
        assert client.post(f"/p/study/runs/{run.public_id}/{verb}/").status_code == 302
        run.refresh_from_db()
        found.append((run.state, run.pause_reason))
    assert found == [("paused", "Paused by hand."), ("running", ""), ("cancelled", "")]
    assert set(run.attempts.values_list("state", flat=True)) == {"cancelled"}
    assert client.post(f"/p/study/runs/{run.public_id}/cancel/").status_code == 409


@pytest.mark.parametrize(("role", "seen", "done"), [(Role.RATER, 403, 403), (Role.REVIEWER, 200, 403)])
def test_others_may_not_steer(role: Role, seen: int, done: int) -> None:
    run = make_run()
    client = sign_in(run.project, role)
    assert client.get("/p/study/runs/").status_code == seen
    for verb in ("pause", "resume", "cancel"):
        assert client.post(f"/p/study/runs/{run.public_id}/{verb}/").status_code == done
    run.refresh_from_db()
    assert run.state == RunState.RUNNING


def test_strangers_find_nothing() -> None:
    run = make_run()
    client = Client()
    assert client.get("/p/study/runs/").status_code == 302
    client.force_login(make_user())
    assert client.get("/p/study/runs/").status_code == 404
    assert client.post(f"/p/study/runs/{run.public_id}/pause/").status_code == 404


def test_a_run_of_another_project_is_not_there() -> None:
    run = make_run()
    other = make_field(tasks=1)
    client = Client()
    client.force_login(make_member(other.project, Role.RESEARCHER).user)
    address = f"/p/{other.project.slug}/runs/{run.public_id}/cancel/"
    assert client.post(address).status_code == 404


def test_a_specimen_wears_its_badge() -> None:
    run = make_run()
    client = sign_in(run.project, Role.RESEARCHER)
    assert "weak specimen" not in client.get("/p/study/runs/").content.decode()
    run.judge.rater.attributes = {SPECIMEN: True}
    run.judge.rater.save()
    page = client.get("/p/study/runs/").content.decode()
    assert 'It shows how judges work here, and must not stand in for people.">weak specimen</span>' in page
