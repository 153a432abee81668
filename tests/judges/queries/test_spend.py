from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.utils import timezone

from annotations.models import Project, TaskKind
from evalplatform.common.errors import ProviderFailure
from judges.engine.asking.cases import CaseBook
from judges.engine.asking.results import Result
from judges.engine.ledger.leases import take_shard
from judges.engine.ledger.recording import record_results
from judges.engine.planning.plan import plan_run
from judges.engine.running.feed import claim_cases
from judges.engine.sweep import sweep_once
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Run
from judges.providers import Completion
from judges.queries.spend import Spend, SpendBy, read_spend, read_spend_of_run
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"
MORNING = datetime(2026, 3, 1, 9, tzinfo=UTC)


def make_run(tasks: int = 1, *, project: Project | None = None) -> Run:
    field = make_field(TaskKind.SINGLE, tasks)
    judge = make_judge(field.project, URL, "single", price_in=1, price_out=2)
    return plan_run(project=field.project, judge=judge)


def end(attempt: Attempt, cost: str | None, *, tokens: int | None = 10, **fields: object) -> None:
    """A call that was made."""
    values = {"state": "done", "started_at": MORNING, "tokens_in": tokens, "tokens_out": tokens} | fields
    Attempt.objects.filter(pk=attempt.pk).update(cost=cost and Decimal(cost), **values)


def sum_exactly(project: Project) -> Decimal:
    """By Python's decimals, from the ledger's own digits."""
    costs = Attempt.objects.filter(project=project).exclude(cost=None).values_list("cost", flat=True)
    return sum((cost or Decimal(0) for cost in costs), Decimal(0))


def test_a_project_without_calls_has_spent_nothing() -> None:
    table = read_spend(make_project())
    assert (table.rows, table.total) == ((), Spend("", ""))
    run = make_run()
    assert read_spend(run.project).total.calls == 0


def test_what_is_confirmed_what_is_estimated_and_what_has_no_price_stand_apart() -> None:
    run = make_run(4)
    attempts = list(run.attempts.order_by("pk"))
    end(attempts[0], "0.5", tokens_cached=4, tokens_cache_written=3)
    end(attempts[1], "0.25", tokens=None, state="lost")
    end(attempts[2], "0.125", tokens_in=None)
    end(attempts[3], None)
    expected = Spend("", "", 4, 1, 20, 4, 3, 30, Decimal("0.5"), Decimal("0.375"))
    assert read_spend(run.project).total == read_spend_of_run(run.pk) == expected
    assert expected.total == Decimal("0.875")


def test_a_call_belongs_to_the_day_on_which_it_began_in_utc() -> None:
    run = make_run(3)
    first, second, third = run.attempts.order_by("pk")
    end(first, "1", started_at=datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    end(second, "2", started_at=datetime.fromisoformat("2026-03-02T01:00:00+03:00"))
    end(third, "4", started_at=datetime(2026, 3, 2, tzinfo=UTC), ended_at=datetime(2026, 3, 5, tzinfo=UTC))
    rows = read_spend(run.project, by=SpendBy.DAY).rows
    assert [(row.key, row.total) for row in rows] == [("2026-03-01", Decimal(3)), ("2026-03-02", Decimal(4))]


def test_by_judge_run_and_model() -> None:
    field = make_field(TaskKind.SINGLE, 2)
    dear, cheap = (make_judge(field.project, URL, "single", price_in=1, price_out=n) for n in (1, 2))
    count = create_judge(project=field.project, name="words", protocol="single", builtin="length")
    runs = [plan_run(project=field.project, judge=judge, limit=1) for judge in (dear, cheap, cheap, count)]
    for run, cost in zip(runs, ("1", "2", "4", "0"), strict=True):
        end(run.attempts.get(), cost)
    names = [judge.rater.name for judge in (dear, cheap, count)]
    table = {by: read_spend(field.project, by=by).rows for by in SpendBy}
    spent = dict(zip(names, map(Decimal, (1, 6, 0)), strict=True))
    assert [(row.name, row.total) for row in table[SpendBy.JUDGE]] == sorted(spent.items())
    ids = {judge.rater.name: str(judge.public_id) for judge in (dear, cheap, count)}
    assert {row.name: row.key for row in table[SpendBy.JUDGE]} == ids
    keys = [(str(run.public_id), run.judge.rater.name) for run in runs]
    assert [(row.key, row.name) for row in table[SpendBy.RUN]] == keys
    assert [(row.key, row.name, row.total) for row in table[SpendBy.MODEL]] == [
        (f"openai:fake-1 at {URL}", f"fake-1 at {URL}", Decimal(7)),
        ("builtin:length", "length", Decimal(0)),
    ]


def test_another_projects_calls_are_not_counted() -> None:
    ours, theirs = make_run(), make_run()
    for run in (ours, theirs):
        end(run.attempts.get(), "1")
    assert [read_spend(run.project).total.total for run in (ours, theirs)] == [Decimal(1)] * 2


@pytest.mark.parametrize("by", list(SpendBy))
def test_sums_equal_the_sums_of_the_calls_to_the_last_digit(by: SpendBy) -> None:
    """Sixteen digits: SQLite adds binary fractions, which tell fifteen."""
    run = make_run(1)
    first, draw = run.attempts.get(), Random(5)
    end(first, "9999.99999999")
    calls = [
        Attempt(
            project=run.project, run=run, rater=first.rater, task=first.task, repeat=number, state="done",
            cost=Decimal(10**12 - draw.randrange(10**10)).scaleb(-8), tokens_in=7, tokens_out=draw.choice([None, 7]),
            started_at=MORNING + timedelta(days=draw.randrange(4)),
        )
        for number in range(1, 2000)
    ]  # fmt: skip
    Attempt.objects.bulk_create(calls)
    table = read_spend(run.project, by=by)
    assert table.total.total == sum_exactly(run.project)
    assert sum((row.total for row in table.rows), Decimal(0)) == table.total.total
    assert sum((row.estimated for row in table.rows), Decimal(0)) == table.total.estimated
    assert sum(row.calls for row in table.rows) == table.total.calls == 2000


def test_lost_calls_are_estimates_until_a_late_answer_confirms_them() -> None:
    run = make_run(2)
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    book = CaseBook(run)
    cases = claim_cases(lease=lease, book=book, limit=2)
    aside = sum((case.estimate or Decimal(0) for case in cases), Decimal(0))
    Attempt.objects.filter(state="leased").update(leased_until=timezone.now() - timedelta(seconds=1))
    sweep_once()
    lost = read_spend(run.project).total
    assert (lost.calls, lost.confirmed, lost.estimated) == (2, Decimal(0), aside)
    assert lost.total == sum_exactly(run.project)
    answers = [
        Result(cases[0], Completion("{}", tokens_in=100, tokens_out=10)),
        Result(cases[1], failure=ProviderFailure("no", reason="timeout", retryable=True)),
    ]
    record_results(book=book, lease=lease, results=answers)
    late = read_spend(run.project).total
    assert (late.confirmed, late.estimated) == (Decimal("0.00012"), cases[1].estimate)
    assert late.total == sum_exactly(run.project)
    run.refresh_from_db()
    assert run.spent == late.total
