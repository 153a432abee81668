"""Money set aside before a call and settled after it, so that loops side by side cannot overrun a budget.

Whoever moves money locks the run first, then its attempts, and the project's budget last.
"""

from bisect import bisect_right
from decimal import Decimal
from itertools import accumulate

from django.db import transaction
from django.db.models import Sum

from annotations.domain.locks.project_lock import lock_project
from annotations.models import Project
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Invalid
from judges.engine.statements.prepared import Purse, add_money, lock_purse
from judges.models import ProjectBudget, Run, RunState

MICRO = Decimal("1e-6")
DIGITS = 6
LARGEST = Decimal(999_999)
NO_PRICE = "The project has a budget, and the price of this model is not known."
RUN_USED_UP = "The budget does not cover the next call."
PROJECT_USED_UP = "The project's budget does not cover the next call."


def set_project_budget(*, project: Project, amount: Decimal, actor: User | None) -> ProjectBudget:
    """Bound what all runs of the project together may spend, from its first run on. Raises Invalid."""
    if not amount.is_finite() or not 0 <= amount <= LARGEST or amount != round_up(amount):
        raise Invalid.at(f"must be 0 to {LARGEST} USD in millionths at the finest", field="amount")
    with transaction.atomic():
        lock_project(project)
        before = ProjectBudget.objects.filter(project=project).first()
        if before is None:
            budget = ProjectBudget.objects.create(project=project, amount=amount, **_sum_up_runs(project))
        else:
            ProjectBudget.objects.filter(pk=before.pk).update(amount=amount)
            budget = ProjectBudget.objects.get(pk=before.pk)
        record_event(
            actor=actor,
            action="set_project_budget",
            target="project",
            target_id=project.public_id,
            project=project.public_id,
            before=str(before.amount) if before else "",
            after=str(budget.amount.quantize(MICRO)),
        )
    return budget


def _sum_up_runs(project: Project) -> dict[str, Decimal]:
    """What was spent and set aside before there was a budget, with no run moving money meanwhile."""
    runs = Run.objects.filter(project=project)
    list(runs.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    sums = runs.aggregate(spent=Sum("spent"), reserved=Sum("reserved"))
    return {name: amount or Decimal(0) for name, amount in sums.items()}


def lock_run(run_id: int) -> Purse:
    """The run as it stands, locked until the transaction ends: the first step of whoever moves its money."""
    purse = lock_purse(run_id)
    if purse is None:
        raise Run.DoesNotExist
    return purse


def hold_run(run_id: int) -> Purse | None:
    """The run, locked; None where it is not running."""
    run = lock_run(run_id)
    return run if run.state == RunState.RUNNING else None


def reserve_budget(*, run: Run, estimates: list[Decimal]) -> tuple[int, str]:
    """Set aside as many of the first estimates as run and project cover.

    Returns how many, and where even the first is too much and nothing is under way that may yet leave room,
    the reason to pause.
    """
    if not any(estimates):
        return len(estimates), ""
    totals = list(accumulate(estimates))
    with transaction.atomic():
        held = lock_run(run.pk)
        budget = ProjectBudget.objects.select_for_update().filter(project=run.project_id).first()
        kept = len(totals)
        if held.budget is not None:
            kept = bisect_right(totals, held.budget - held.spent - held.reserved)
            if not kept:
                return 0, "" if held.reserved else RUN_USED_UP
        if budget is not None:
            kept = bisect_right(totals, budget.amount - budget.spent - budget.reserved, hi=kept)
            if not kept:
                return 0, "" if budget.reserved else PROJECT_USED_UP
        book_money(run=run, reserved=totals[kept - 1])
    return kept, ""


def book_money(*, run: Run | Purse, spent: Decimal = Decimal(0), reserved: Decimal = Decimal(0)) -> None:
    """Add to what run and project have spent and set aside; either may be less than zero."""
    if spent or reserved:
        add_money(run_id=run.pk, project_id=run.project_id, spent=spent, reserved=reserved)


def has_project_budget(project_id: int) -> bool:
    """Whether the project's runs share a budget."""
    return ProjectBudget.objects.filter(project=project_id).exists()


def round_up(amount: Decimal) -> Decimal:
    """To the ledger's millionths; zero stays zero."""
    rounded = amount.quantize(MICRO)
    return rounded if rounded >= amount else rounded + MICRO
