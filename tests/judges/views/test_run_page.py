"""One run's page: rate, limit, money, time left, failures with their calls, and the form that starts it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import Role
from judges.engine.money.budget import set_project_budget
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, Run, RunState
from tests.factories.callers import sign_in
from tests.factories.judging import Field, make_field, make_judge

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


def make_run(field: Field, **order: object) -> Run:
    judge = make_judge(field.project, URL, price_in=1, price_out=2, calls_in_flight=4)
    run = plan_run(project=field.project, judge=judge, **order)  # type: ignore[arg-type]  # any of its options
    Run.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    return run


def test_rate_ceiling_and_time_left_come_of_the_last_minute() -> None:
    field = make_field(slug="study", tasks=30)
    run, now = make_run(field), timezone.now()
    ids = list(run.attempts.order_by("pk").values_list("pk", flat=True))
    recent, old = ids[:12], ids[12:20]
    done = {"state": "done", "latency_ms": 2000, "cost": 0}
    Attempt.objects.filter(pk__in=recent).update(ended_at=now - timedelta(seconds=5), **done)
    Attempt.objects.filter(pk__in=old).update(ended_at=now - timedelta(minutes=5), **done)
    page = sign_in(field.project).get(f"/p/study/runs/{run.public_id}/").content.decode()
    assert "20 of 60 verdicts" in page
    assert "<dd>0.2</dd>" in page  # 12 in a minute
    assert "<dd>2.0</dd>" in page  # 4 calls at a time, 2 s each
    assert "about 3 minutes" in page  # 40 at 0.2 a second


def test_time_left_is_unknown_until_there_is_a_rate() -> None:
    field = make_field(slug="study", tasks=2)
    page = sign_in(field.project).get(f"/p/study/runs/{make_run(field).public_id}/").content.decode()
    assert "<dt>Time left</dt><dd>unknown</dd>" in page


def test_money_stands_against_both_budgets() -> None:
    field = make_field(slug="study", tasks=2)
    run = make_run(field, budget=Decimal(4))
    set_project_budget(project=field.project, amount=Decimal(10), actor=None)
    Run.objects.update(spent=1)
    page = sign_in(field.project).get(f"/p/study/runs/{run.public_id}/").content.decode()
    assert '<progress max="100" value="25">' in page
    assert "<dd>1.0000 USD</dd>" in page
    assert "<dd>4.00 USD</dd>" in page
    assert "<dt>Left of the project's budget</dt><dd>10.00 USD</dd>" in page


def test_failures_lead_to_their_calls() -> None:
    field = make_field(slug="study", tasks=2)
    run = make_run(field)
    failed = run.attempts.order_by("pk")[0]
    Attempt.objects.filter(pk=failed.pk).update(state="failed", failure="http_503", ended_at=timezone.now())
    client = sign_in(field.project, Role.REVIEWER)
    page = client.get(f"/p/study/runs/{run.public_id}/").content.decode()
    link = f"/p/study/calls/?run={run.public_id}&amp;failure=http_503"
    assert f'href="{link}">Failed, the provider answered 503: 1</a>' in page
    assert "Pause" not in page  # a reviewer only reads
    calls = client.get(link.replace("&amp;", "&")).content.decode()
    assert calls.count("<tr>") == 2
    assert f"/p/study/calls/{failed.public_id}/" in calls


def test_a_script_gets_what_changes_alone_and_stops_when_the_run_has_ended() -> None:
    field = make_field(slug="study", tasks=2)
    run = make_run(field)
    client, address = sign_in(field.project), f"/p/study/runs/{run.public_id}/"
    page = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'hx-trigger="every 3s"' in page
    Run.objects.update(state=RunState.FINISHED)
    assert "hx-get" not in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_a_poll_asks_no_more_of_a_long_run_than_of_a_short_one() -> None:
    field = make_field(slug="study", tasks=20)
    run = make_run(field)
    client, address = sign_in(field.project), f"/p/study/runs/{run.public_id}/"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address, headers={"HX-Request": "true"})
    assert len(queries) < 26
    assert not any('SUM("judges_attempt"."tokens_in")' in query["sql"] for query in queries)


def test_the_estimate_comes_before_the_start() -> None:
    field = make_field(slug="study", tasks=3)
    judge = make_judge(field.project, URL, price_in=1, price_out=2)
    client = sign_in(field.project)
    wish = {"judge": str(judge.public_id), "limit": "2", "budget": "1.5", "follow": "on"}
    page = client.get("/p/study/runs/new/", wish).content.decode()
    assert "<dt>Calls</dt><dd>4</dd>" in page
    assert "csrfmiddlewaretoken" not in page.partition("What it would come to")[0].rpartition("<form")[2]
    assert Run.objects.count() == 0
    answer = client.post("/p/study/runs/new/", wish)
    run = Run.objects.get()
    assert answer["Location"] == f"/p/study/runs/{run.public_id}/"
    assert (run.task_limit, run.budget, run.follow, run.attempts.count()) == (2, Decimal("1.5"), True, 4)


@pytest.mark.parametrize(
    ("wish", "field", "words"),
    [
        ({"limit": "0"}, "id_limit", "greater than or equal to 1"),
        ({"budget": "-1"}, "id_budget", "greater than or equal to"),
        ({"budget": "NaN"}, "id_budget", "Enter a number."),
        ({"budget": "Infinity"}, "id_budget", "Enter a number."),
        ({"budget": "1e999999"}, "id_budget", "less than or equal to"),
        ({"budget": "0.0000001"}, "id_budget", "greater than or equal to"),
        ({"limit": "9" * 5000}, "id_limit", "Enter a whole number."),
        ({"judge": "\x00"}, "id_judge", "Null characters are not allowed."),
        ({"judge": "nobody"}, "id_judge", "“nobody” is not a valid"),
        ({"judge": "00000000-0000-4000-8000-000000000000"}, "id_judge", "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(wish: dict[str, str], field: str, words: str) -> None:
    owner = make_field(slug="study", tasks=1)
    judge = make_judge(owner.project, URL, price_in=1, price_out=2)
    client = sign_in(owner.project)
    for answer in (
        client.get("/p/study/runs/new/", {"judge": str(judge.public_id), **wish}),
        client.post("/p/study/runs/new/", {"judge": str(judge.public_id), **wish}),
    ):
        assert answer.status_code == 400
        assert words in answer.content.decode().partition(f'id="{field}"')[2].partition('class="field')[0]
    assert Run.objects.count() == 0


def test_a_budget_for_a_model_without_a_price_is_refused_beside_the_budget() -> None:
    field = make_field(slug="study", tasks=1)
    judge = make_judge(field.project, URL)
    wish = {"judge": str(judge.public_id), "budget": "1"}
    answer = sign_in(field.project).post("/p/study/runs/new/", wish)
    assert answer.status_code == 400
    assert "the price of this model is not known" in answer.content.decode().partition('id="id_budget"')[2]
