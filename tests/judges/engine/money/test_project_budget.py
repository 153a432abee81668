"""One budget for many runs at once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connections

from annotations.models import TaskKind
from evalplatform.common.errors import Invalid
from judges.engine.ledger.control import resume_run
from judges.engine.money.budget import NO_PRICE, PROJECT_USED_UP, set_project_budget
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, ProjectBudget, Run, RunState
from tests.factories.judging import Field, make_field, make_judge, work
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)

RUNS = 50

CALL = Decimal("0.1")  # 10 tokens at 10,000 USD a million


def plan_some(field: Field, url: str, runs: int) -> list[Run]:
    planned = []
    for number in range(runs):
        judge = make_judge(
            field.project, url, "single", price_in=0, price_out=10_000, max_tokens=10, seed=number, calls_in_flight=2
        )  # fmt: skip
        planned.append(plan_run(project=field.project, judge=judge))
    return planned


def work_alone(run: Run) -> None:
    try:
        work(run, 60.0)
    finally:
        connections.close_all()


def read_money(budget: ProjectBudget) -> tuple[Decimal, Decimal]:
    budget.refresh_from_db()
    return budget.spent, budget.reserved


@pytest.mark.timeout(120)
def test_row_15_fifty_runs_share_one_budget_and_stop_at_it() -> None:
    field = make_field(TaskKind.SINGLE, 2)
    budget = set_project_budget(project=field.project, amount=Decimal("3.05"), actor=None)
    with FakeProvider(latency=0.02) as fake:
        runs = plan_some(field, fake.url, RUNS)
        with ThreadPoolExecutor(RUNS) as pool:
            list(pool.map(work_alone, runs))
    assert read_money(budget) == (30 * CALL, Decimal(0))
    assert len(fake.requests) == 30
    assert list(Attempt.objects.exclude(cost=None).values_list("cost", flat=True)) == [CALL] * 30
    unfinished = Run.objects.filter(attempts__state="pending").distinct()
    assert set(unfinished.values_list("state", "pause_reason")) == {(RunState.PAUSED, PROJECT_USED_UP)}
    assert list(Run.objects.exclude(reserved=0)) == []
    assert sum(Run.objects.values_list("spent", flat=True)) == 30 * CALL


def test_row_15_a_run_goes_on_after_its_projects_budget_was_raised() -> None:
    field = make_field(TaskKind.SINGLE, 4)
    budget = set_project_budget(project=field.project, amount=2 * CALL, actor=None)
    with FakeProvider() as fake:
        [run] = plan_some(field, fake.url, 1)
        work(run)
        run.refresh_from_db()
        assert (run.state, run.pause_reason, len(fake.requests)) == (RunState.PAUSED, PROJECT_USED_UP, 2)
        set_project_budget(project=field.project, amount=4 * CALL, actor=None)
        resume_run(run=run)
        work(run)
    assert (len(fake.requests), read_money(budget)) == (4, (4 * CALL, Decimal(0)))


def test_an_unknown_price_and_a_budget_do_not_go_together() -> None:
    """Refused when a run is planned; a run that was there first pauses."""
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider() as fake:
        judge = make_judge(field.project, fake.url, "single")
        run = plan_run(project=field.project, judge=judge)
        set_project_budget(project=field.project, amount=Decimal(1), actor=None)
        with pytest.raises(Invalid, match="price of this model is not known"):
            plan_run(project=field.project, judge=judge)
        work(run)
        run.refresh_from_db()
        assert (run.state, run.pause_reason, len(fake.requests)) == (RunState.PAUSED, NO_PRICE, 0)
