from decimal import Decimal

import pytest

from annotations.models import TaskKind
from judges.engine.budget import has_reservations, reserve_budget, round_up, settle_budget
from judges.engine.plan import plan_run
from judges.models import Run
from tests.factories.judging import make_field, make_judge

URL = "http://127.0.0.1:9/v1"


def make_run(budget: str | None = "1.00") -> Run:
    field = make_field(TaskKind.SINGLE, 1)
    judge = make_judge(field.project, URL, "single", price_in=1, price_out=1)
    return plan_run(project=field.project, judge=judge, budget=Decimal(budget) if budget else None)


def read_money(run: Run) -> tuple[Decimal, Decimal]:
    run.refresh_from_db()
    return run.spent, run.reserved


@pytest.mark.database
def test_what_is_set_aside_is_not_given_twice() -> None:
    run = make_run()
    assert reserve_budget(run=run, estimates=[Decimal("0.25")] * 3) == 3
    assert read_money(run) == (Decimal(0), Decimal("0.75"))
    assert reserve_budget(run=run, estimates=[Decimal("0.25")] * 2) == 1
    assert reserve_budget(run=run, estimates=[Decimal("0.25")]) == 0
    assert read_money(run) == (Decimal(0), Decimal("1.00"))


@pytest.mark.database
def test_what_was_not_spent_may_be_set_aside_again() -> None:
    run = make_run()
    reserve_budget(run=run, estimates=[Decimal("0.5")] * 2)
    assert has_reservations(run) is True
    settle_budget(run=run, spent=Decimal("0.3"), released=Decimal(1))
    assert read_money(run) == (Decimal("0.3"), Decimal(0))
    assert has_reservations(run) is False
    assert reserve_budget(run=run, estimates=[Decimal("0.7")]) == 1
    assert reserve_budget(run=run, estimates=[Decimal("0.000001")]) == 0


@pytest.mark.database
def test_without_a_budget_everything_fits_and_only_the_bill_is_kept() -> None:
    run = make_run(None)
    assert reserve_budget(run=run, estimates=[Decimal(1000)] * 5) == 5
    settle_budget(run=run, spent=Decimal(2), released=Decimal(1000))
    assert read_money(run) == (Decimal(2), Decimal(0))


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0", "0"), ("0.0000001", "0.000001"), ("0.000001", "0.000001"), ("1.0000011", "1.000002")],
)
def test_amounts_are_rounded_up_to_millionths(amount: str, rounded: str) -> None:
    assert round_up(Decimal(amount)) == Decimal(rounded)
