"""The page of a project's judge runs: how far they are, what they cost, and the brakes."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.models import SPECIMEN, Absent
from evalplatform.accounts.session import current_user
from judges.access import get_project_with_runs_for, get_run_for, list_runs_for
from judges.engine.control import cancel_run, pause_run, resume_run
from judges.models import Run, RunState
from judges.queries.progress import RunProgress, read_progress

SHOWN = 20
POLL_SECONDS = 3
FAILURES = {
    "timeout": gettext_lazy("no answer in time"),
    "connection": gettext_lazy("the connection broke"),
    "bad_reply": gettext_lazy("not a usable answer"),
    "private_address": gettext_lazy("the address may not be called"),
    "outage": gettext_lazy("the provider is out"),
    "worker_lost": gettext_lazy("the worker died"),
    "quota": gettext_lazy("the account is used up"),
    "not_installed": gettext_lazy("the local model is not installed"),
    "unsupported": gettext_lazy("a scale that this model cannot answer"),
    "internal": gettext_lazy("an error of ours"),
}


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as the page shows it."""

    run: Run
    progress: RunProgress

    @property
    def is_specimen(self) -> bool:
        return bool(self.run.judge.rater.attributes.get(SPECIMEN))

    @property
    def failed(self) -> list[tuple[str, int]]:
        return [(str(FAILURES.get(reason, reason)), count) for reason, count in self.progress.failed.items()]

    @property
    def absent(self) -> list[tuple[str, int]]:
        return [(str(Absent(reason).label), count) for reason, count in self.progress.absent.items()]

    @property
    def can_pause(self) -> bool:
        return self.run.state == RunState.RUNNING

    @property
    def can_resume(self) -> bool:
        paused = self.run.state == RunState.PAUSED
        return paused or (self.run.state == RunState.FINISHED and self.progress.failed_total > 0)

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
    cards = [RunCard(run, read_progress(run)) for run in list_runs_for(actor, slug)[:SHOWN]]
    context = {
        "project": project,
        "cards": cards,
        "is_going": any(card.run.state == RunState.RUNNING for card in cards),
        "poll_seconds": POLL_SECONDS,
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "judges/_runs.html" if is_fragment else "judges/runs.html", context)


@require_POST
@login_required
def pause(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Stop asking; answers on their way are still recorded."""
    run = get_run_for(current_user(request), slug, public_id)
    if not pause_run(run=run, reason=_("Paused by hand.")):
        messages.info(request, _("This run was not going any more."))
    return redirect("runs", slug)


@require_POST
@login_required
def resume(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Go on, and try again what had been given up."""
    resume_run(run=get_run_for(current_user(request), slug, public_id))
    return redirect("runs", slug)


@require_POST
@login_required
def cancel(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Call the run off for good."""
    cancel_run(run=get_run_for(current_user(request), slug, public_id))
    return redirect("runs", slug)
