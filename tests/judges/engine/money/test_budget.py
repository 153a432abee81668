from decimal import Decimal

import pytest

from annotations.models import TaskKind
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Invalid
from judges.engine.money.budget import (
    PROJECT_USED_UP,
    RUN_USED_UP,
    book_money,
    reserve_budget,
    round_up,
    set_project_budget,
)
from judges.engine.planning.plan import plan_run
from judges.models import Run
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import make_project, make_user

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
    assert reserve_budget(run=run, estimates=[Decimal("0.25")] * 3) == (3, "")
    assert read_money(run) == (Decimal(0), Decimal("0.75"))
    assert reserve_budget(run=run, estimates=[Decimal("0.25")] * 2) == (1, "")
    assert reserve_budget(run=run, estimates=[Decimal("0.25")]) == (0, "")
    assert read_money(run) == (Decimal(0), Decimal("1.00"))


@pytest.mark.database
def test_what_was_not_spent_may_be_set_aside_again() -> None:
    run = make_run()
    reserve_budget(run=run, estimates=[Decimal("0.5")] * 2)
    book_money(run=run, spent=Decimal("0.3"), reserved=Decimal(-1))
    assert read_money(run) == (Decimal("0.3"), Decimal(0))
    assert reserve_budget(run=run, estimates=[Decimal("0.7")]) == (1, "")
    book_money(run=run, spent=Decimal("0.7"), reserved=Decimal("-0.7"))
    assert reserve_budget(run=run, estimates=[Decimal("0.000001")]) == (0, RUN_USED_UP)


@pytest.mark.database
def test_tenths_add_up_to_whole_dollars() -> None:
    """On SQLite too, which keeps binary fractions."""
    run = make_run()
    for _ in range(10):
        assert reserve_budget(run=run, estimates=[Decimal("0.1")]) == (1, "")
    assert read_money(run) == (Decimal(0), Decimal(1))
    for _ in range(10):
        book_money(run=run, spent=Decimal("0.1"), reserved=Decimal("-0.1"))
    assert Run.objects.filter(pk=run.pk, spent=Decimal(1), reserved=Decimal(0)).exists()


@pytest.mark.database
def test_without_a_budget_everything_fits_and_the_bill_is_kept() -> None:
    run = make_run(None)
    assert reserve_budget(run=run, estimates=[Decimal(1000)] * 5) == (5, "")
    book_money(run=run, spent=Decimal(2), reserved=Decimal(-5000))
    assert read_money(run) == (Decimal(2), Decimal(0))


@pytest.mark.database
def test_the_project_bounds_its_runs_together_from_the_first_on() -> None:
    """A budget that comes later counts what was spent and set aside before it."""
    first, second = make_run(None), make_run(None)
    Run.objects.filter(pk=second.pk).update(project=first.project)
    second.refresh_from_db()
    book_money(run=first, spent=Decimal("0.25"), reserved=Decimal("0.25"))
    user = make_user()
    budget = set_project_budget(project=first.project, amount=Decimal(1), actor=user)
    assert (budget.amount, budget.spent, budget.reserved) == (Decimal(1), Decimal("0.25"), Decimal("0.25"))
    assert reserve_budget(run=second, estimates=[Decimal("0.25")] * 4) == (2, "")
    assert reserve_budget(run=second, estimates=[Decimal("0.25")]) == (0, "")
    book_money(run=second, spent=Decimal("0.5"), reserved=Decimal("-0.5"))
    book_money(run=first, spent=Decimal("0.25"), reserved=Decimal("-0.25"))
    assert reserve_budget(run=first, estimates=[Decimal("0.25")]) == (0, PROJECT_USED_UP)
    event = AuditEvent.objects.get(action="set_project_budget")
    assert (event.actor, event.before, event.after) == (user, "", "1.000000")


@pytest.mark.database
@pytest.mark.parametrize("amount", ["-1", "NaN", "1e30", "1000000", "0.0000001"])
def test_odd_amounts_are_refused(amount: str) -> None:
    with pytest.raises(Invalid):
        set_project_budget(project=make_project(), amount=Decimal(amount), actor=None)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0", "0"), ("0.0000001", "0.000001"), ("0.000001", "0.000001"), ("1.0000011", "1.000002")],
)
def test_amounts_are_rounded_up_to_millionths(amount: str, rounded: str) -> None:
    assert round_up(Decimal(amount)) == Decimal(rounded)
