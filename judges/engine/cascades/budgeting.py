"""Another budget for a cascade at work: what the stage at hand may spend changes with it."""

from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Invalid
from judges.engine.cascades.starting import find_callable
from judges.engine.cascades.steering import find_work
from judges.engine.money.budget import LARGEST, MICRO, round_up
from judges.engine.planning.plan import check_budget
from judges.models import GOING, Cascade, CascadeRun, Run


@transaction.atomic
def set_cascade_budget(*, cascade: Cascade, amount: Decimal, actor: User | None) -> CascadeRun:
    """Bound what both judges cost together by `amount` (USD), from the cascade's beginning on.

    A cascade that paused because its budget was spent can then go on. Raises Invalid, also where the amount is no more
    than what is spent or set aside already, and Conflict where the cascade is at no work.
    """
    if not amount.is_finite() or not 0 < amount <= LARGEST or amount != round_up(amount):
        raise Invalid.at(f"must be above 0, to {LARGEST} USD in millionths at the finest", field="amount")
    held = CascadeRun.objects.select_for_update(of=("self",)).get(pk=find_work(cascade).pk)
    for rater, field in ((cascade.cheap_id, "cheap"), (cascade.dear_id, "dear")):
        check_budget(cascade.project, find_callable(rater, field), amount)
    runs = Run.objects.filter(stage__cascade_run=held).order_by("pk")
    used = {run: run.spent + run.reserved for run in runs.select_for_update(no_key=True, of=("self",))}
    if amount <= (total := sum(used.values(), Decimal(0))):
        words = _("must be more than %(used)s USD, which are spent or set aside") % {"used": f"{total:.6f}"}
        raise Invalid.at(words, field="amount")
    _deal({run: held for run, held in used.items() if run.state in GOING}, amount - total)
    before, held.budget = held.budget, amount
    held.save(update_fields=["budget"])
    record_event(
        actor=actor,
        action="set_cascade_budget",
        target="cascade",
        target_id=cascade.public_id,
        project=cascade.project.public_id,
        before="" if before is None else str(before.quantize(MICRO)),
        after=str(amount.quantize(MICRO)),
    )
    return held


def _deal(used: dict[Run, Decimal], left: Decimal) -> None:
    """What is left goes in equal parts to the runs that are going: of two that were begun without a budget, both."""
    for run, held in used.items():
        part = (left / len(used)).quantize(MICRO, ROUND_DOWN)
        Run.objects.filter(pk=run.pk).update(budget=held + part)
