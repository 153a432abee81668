"""The runs of a project, and one run: how far it is, how fast, what it costs, and the brakes."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.models import SPECIMEN, Absent
from evalplatform.accounts.session import current_user
from judges.access import (
    get_project_with_runs_for,
    get_run_for,
    list_runs_for,
    may_steer_runs,
    read_run_for,
)
from judges.engine.ledger.control import cancel_run, pause_run, resume_run
from judges.engine.pacing.brakes import find_brake
from judges.engine.pacing.stated_limits import StatedLimits, read_stated_limits
from judges.models import ProjectBudget, Run, RunState
from judges.providers import default_calls
from judges.queries.project_budget import find_project_budget
from judges.queries.revisions import read_revision_effect
from judges.queries.standing import RunStanding, read_standing
from judges.views.wording import describe_money, describe_seconds, name_failure

SHOWN = 20
POLL_SECONDS = 3


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as pages show it."""

    run: Run
    standing: RunStanding
    project_budget: ProjectBudget | None = None
    limits: StatedLimits | None = None

    @property
    def is_specimen(self) -> bool:
        return bool(self.run.judge.rater.attributes.get(SPECIMEN))

    @property
    def is_going(self) -> bool:
        return self.run.state == RunState.RUNNING

    @property
    def failed(self) -> list[tuple[str, str, int]]:
        """Reason, the same in words, and how often."""
        return [(reason, name_failure(reason), count) for reason, count in self.standing.failed.items()]

    @property
    def absent(self) -> list[tuple[str, str, int]]:
        return [(reason, str(Absent(reason).label), count) for reason, count in self.standing.absent.items()]

    @property
    def spent(self) -> str:
        return describe_money(self.standing.spent)

    @property
    def budget_percent(self) -> int:
        """How much of its own budget is spent, 100 at most."""
        return min(int(100 * self.run.spent / self.run.budget), 100) if self.run.budget else 0

    @property
    def calls_in_flight(self) -> int:
        """How many calls the judge may make at once."""
        return int(self.run.judge.parameters.get("calls_in_flight", default_calls(self.run.judge)))

    @property
    def ceiling(self) -> float | None:
        """Verdicts a second if all calls were in flight all the time; None before there is a latency."""
        latency = self.standing.recent.latency
        return self.calls_in_flight / latency if latency else None

    @property
    def brake(self) -> str:
        """What holds it back, in words; empty where nothing does."""
        brake = find_brake(self.run, self.standing, limits=self.limits, most_calls=self.calls_in_flight)
        return str(brake.label) if brake else ""

    @property
    def time_left(self) -> str:
        seconds = self.standing.seconds_left
        return _("unknown") if seconds is None else describe_seconds(seconds)

    @property
    def can_pause(self) -> bool:
        return self.run.state == RunState.RUNNING

    @property
    def can_resume(self) -> bool:
        paused = self.run.state == RunState.PAUSED
        return paused or (self.run.state == RunState.FINISHED and self.standing.failed_total > 0)

    @property
    def can_cancel(self) -> bool:
        return self.run.state in (RunState.RUNNING, RunState.PAUSED)


@never_cache
@require_safe
@login_required
def show_runs(request: HttpRequest, slug: str) -> HttpResponse:
    """All runs of the project; a script asks again for the list alone while one is going."""
    actor = current_user(request)
    project = get_project_with_runs_for(actor, slug)
    cards = [RunCard(run, read_standing(run)) for run in list_runs_for(actor, slug)[:SHOWN]]
    context = {
        "project": project,
        "cards": cards,
        "may_steer": may_steer_runs(actor, slug),
        "is_going": any(card.is_going for card in cards),
        "poll_seconds": POLL_SECONDS,
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "judges/_runs.html" if is_fragment else "judges/runs.html", context)


@never_cache
@require_safe
@login_required
def show_run(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """One run; a script asks again for what changes while it is going."""
    actor = current_user(request)
    run = read_run_for(actor, slug, public_id)
    limits = read_stated_limits(run.judge)
    context = {
        "project": run.project,
        "card": RunCard(run, read_standing(run), find_project_budget(run.project), limits),
        "may_steer": may_steer_runs(actor, slug),
        "poll_seconds": POLL_SECONDS,
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "judges/_run.html", context)
    return render(request, "judges/run.html", context | {"revision": read_revision_effect(run)})


@require_POST
@login_required
def pause(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Stop asking; answers on their way are still recorded."""
    run = get_run_for(current_user(request), slug, public_id)
    if not pause_run(run=run, reason=_("Paused by hand.")):
        messages.info(request, _("This run was not going any more."))
    return redirect("run", slug, public_id)


@require_POST
@login_required
def resume(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Go on, and try again what had been given up."""
    resume_run(run=get_run_for(current_user(request), slug, public_id))
    return redirect("run", slug, public_id)


@require_POST
@login_required
def cancel(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Call the run off for good."""
    cancel_run(run=get_run_for(current_user(request), slug, public_id))
    return redirect("run", slug, public_id)
