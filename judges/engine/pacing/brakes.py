"""What keeps a run from going faster, as far as its rows and the store tell."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from judges.engine.money.budget import NO_PRICE, PROJECT_USED_UP, RUN_USED_UP
from judges.engine.pacing.stated_limits import StatedLimits
from judges.models import Attempt, AttemptState, Lane, Run, RunState, Shard
from judges.queries.outage import read_outage
from judges.queries.project_budget import find_project_budget
from judges.queries.standing import RunStanding

NEAR = 0.9  # share of a limit from which on it is what binds
MONEY = (RUN_USED_UP, PROJECT_USED_UP, NO_PRICE)


class Brake(models.TextChoices):
    """In the order in which they are looked for: the first that holds is told."""

    PAUSED = "paused", _("It is paused.")
    BUDGET = "budget", _("The budget does not cover the next call.")
    BATCH = "batch", _("The provider works on its batch in its own time.")
    OUTAGE = "outage", _("The provider is out: one call at a time finds out whether it is back.")
    REFUSED = "refused", _("The provider refused a call for its limits and asked to wait.")
    REQUESTS = "requests", _("The limit of requests a minute.")
    TOKENS = "tokens", _("The limit of tokens a minute.")
    WORKER = "worker", _("No worker is on it at this moment.")
    CALLS = "calls", _("The number of calls that the judge may make at a time.")


def find_brake(
    run: Run, standing: RunStanding, *, limits: StatedLimits | None, most_calls: int
) -> Brake | None:
    """What holds the run back; None where it has nothing left to ask, or where nothing does."""
    if run.state == RunState.PAUSED:
        return Brake.BUDGET if run.pause_reason in MONEY else Brake.PAUSED
    if run.state != RunState.RUNNING or not standing.open:
        return None
    if run.lane == Lane.BATCH:
        return Brake.BATCH
    if read_outage(run.pk):
        return Brake.OUTAGE
    return _find_limit(standing, limits) or _find_own(run, standing, most_calls)


def _find_limit(standing: RunStanding, limits: StatedLimits | None) -> Brake | None:
    if limits is None:
        return None
    if limits.hold:
        return Brake.REFUSED
    if _is_near(standing.recent.requests_a_minute, limits.binding_requests):
        return Brake.REQUESTS
    return Brake.TOKENS if _is_near(standing.recent.tokens_a_minute, limits.binding_tokens) else None


def _is_near(reached: float | None, limit: int) -> bool:
    return bool(limit and reached and reached >= NEAR * limit)


def _find_own(run: Run, standing: RunStanding, most_calls: int) -> Brake | None:
    if standing.waiting and standing.in_flight and _is_short_of_money(run):
        return Brake.BUDGET
    if standing.waiting and not Shard.objects.filter(run=run, leased_until__gt=Now()).exists():
        return Brake.WORKER
    return Brake.CALLS if standing.waiting and standing.in_flight >= NEAR * most_calls else None


def _is_short_of_money(run: Run) -> bool:
    """Whether what is set aside for calls in flight leaves no room for one more like the latest of them."""
    leased = Attempt.objects.filter(run=run, state=AttemptState.LEASED).order_by("-pk")
    next_call = leased.values_list("estimate", flat=True).first()
    if not next_call:
        return False
    project = find_project_budget(run.project)
    left = [run.budget - run.spent - run.reserved] if run.budget is not None else []
    left += [project.left] if project else []
    return any(amount < next_call for amount in left)
