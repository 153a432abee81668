"""The cascades of a project, and one cascade: its promise, how far it is, what it keeps, costs and spares."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.models import SPECIMEN
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid
from judges.access import get_cascade_for, get_project_with_runs_for, may_steer_runs, read_cascade_for
from judges.engine.cascades.budgeting import set_cascade_budget
from judges.engine.cascades.steering import cancel_work, pause_work, resume_work
from judges.forms.cascade_budget import CascadeBudgetForm
from judges.forms.faults import show_faults
from judges.models import Cascade, CascadeRun, RunState
from judges.queries.cascades import (
    Saving,
    StageStanding,
    find_latest_run,
    list_cascades,
    list_stages,
    read_saving,
)
from judges.views.wording import describe_money

SHOWN = 100
POLL_SECONDS = 3
WIDTH = 100.0  # of the picture, in its own units


@dataclass(frozen=True, slots=True)
class Part:
    """Who decides how many of the tasks, and its place in the picture; numbers in the words of SVG."""

    kind: str
    name: str
    tasks: int
    start: str
    width: str
    percent: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which confidence on a judge decides, and how often people said another thing there."""

    kind: str
    name: str
    value: float | None
    place: str
    labelled: int
    disagreements: int


@dataclass(frozen=True)
class CascadeCard:
    """A cascade as pages show it; `work` is the last time it was set to work."""

    cascade: Cascade
    work: CascadeRun | None

    @property
    def is_specimen(self) -> bool:
        return bool(self.cascade.rater.attributes.get(SPECIMEN))

    @property
    def run(self) -> CascadeRun | None:
        """Under the name that the badge of a state knows."""
        return self.work

    @property
    def is_going(self) -> bool:
        return self.work is not None and self.work.state == RunState.RUNNING

    @property
    def can_pause(self) -> bool:
        return self.is_going

    @property
    def can_resume(self) -> bool:
        return self.work is not None and self.work.state == RunState.PAUSED

    @property
    def can_cancel(self) -> bool:
        return self.can_pause or self.can_resume

    @property
    def stages(self) -> list[tuple[StageStanding, str]]:
        """Each with its spend in words."""
        stages = list_stages(self.work) if self.work else []
        return [(stage, describe_money(stage.progress.spent)) for stage in stages]

    @property
    def parts(self) -> list[Part]:
        """The tasks on other items by who decides them; empty before that is known."""
        if self.work is None or not self.work.outcome:
            return []
        outcome = self.work.outcome
        names = (self.cascade.cheap.name, self.cascade.dear.name, _("people"))
        counts = (*outcome["kept"], outcome["left"])
        return lay_out(names, counts)

    @property
    def thresholds(self) -> list[Threshold]:
        """Those of both judges; empty before they are chosen."""
        if self.cascade.thresholds is None:
            return []
        outcome = self.work.outcome if self.work and self.work.outcome else {}
        labelled, wrong = outcome.get("labelled", (0, 0)), outcome.get("disagreements", (0, 0))
        names = (self.cascade.cheap.name, self.cascade.dear.name)
        return [
            Threshold(kind, name, value, f"{WIDTH * (value or 0):.2f}", labelled[n], wrong[n])
            for n, (kind, name, value) in enumerate(
                zip(("cheap", "dear"), names, self.cascade.thresholds, strict=True)
            )
        ]

    @property
    def saving(self) -> dict[str, object] | None:
        """What it spared, in words."""
        found = read_saving(self.cascade, self.work) if self.work else None
        return _describe(found) if found else None


def lay_out(names: tuple[str, ...], counts: tuple[int, ...]) -> list[Part]:
    """Parts of one bar, side by side."""
    total = sum(counts) or 1
    starts = [sum(counts[:place]) for place in range(len(counts))]
    return [
        Part(
            kind=kind,
            name=name,
            tasks=count,
            start=f"{WIDTH * start / total:.2f}",
            width=f"{WIDTH * count / total:.2f}",
            percent=round(100 * count / total),
        )
        for kind, name, count, start in zip(("cheap", "dear", "people"), names, counts, starts, strict=True)
    ]


def _describe(found: Saving) -> dict[str, object]:
    return {
        "spent": describe_money(found.spent),
        "dear_alone": describe_money(found.dear_alone),
        "beside_dear": _compare(found.spent, found.dear_alone),
        "with_people": describe_money(found.with_people),
        "people_alone": None if found.people_alone is None else describe_money(found.people_alone),
        "beside_people": _compare(found.with_people, found.people_alone),
        "answers": found.answers,
    }


def _compare(spent: Decimal | None, alone: Decimal | None) -> int | None:
    """How much less was spent, in percent, below nought where it was more; None where that says nothing."""
    return None if spent is None or not alone else round(100 * (1 - spent / alone))


@never_cache
@require_safe
@login_required
def show_cascades(request: HttpRequest, slug: str) -> HttpResponse:
    """All cascades of the project."""
    actor = current_user(request)
    project = get_project_with_runs_for(actor, slug)
    cards = [CascadeCard(cascade, find_latest_run(cascade)) for cascade in list_cascades(project)[:SHOWN]]
    context = {
        "project": project,
        "cards": cards,
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/cascades.html", context)


@never_cache
@require_safe
@login_required
def show_cascade(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """One cascade; a script asks again for what changes while it is going."""
    actor = current_user(request)
    context = _describe_page(read_cascade_for(actor, slug, public_id), CascadeBudgetForm())
    context["may_steer"] = may_steer_runs(actor, slug)
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "judges/_cascade.html" if is_fragment else "judges/cascade.html", context)


def _describe_page(cascade: Cascade, form: CascadeBudgetForm) -> dict[str, object]:
    return {
        "project": cascade.project,
        "cascade": cascade,
        "card": CascadeCard(cascade, find_latest_run(cascade)),
        "form": form,
        "may_steer": True,
        "poll_seconds": POLL_SECONDS,
    }


@require_POST
@login_required
def set_budget(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Let a cascade at work spend more, or less."""
    actor = current_user(request)
    cascade = get_cascade_for(actor, slug, public_id)
    form = CascadeBudgetForm(request.POST)
    if form.is_valid():
        try:
            set_cascade_budget(cascade=cascade, amount=form.cleaned_data["amount"], actor=actor)
        except Invalid as error:
            show_faults(form, error, elsewhere="amount")
        else:
            messages.success(request, _("The budget holds from now on."))
            return redirect("cascade", slug, public_id)
    return render(request, "judges/cascade.html", _describe_page(cascade, form), status=400)


@require_POST
@login_required
def pause_cascade(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Stop asking; answers on their way are still recorded."""
    pause_work(cascade=get_cascade_for(current_user(request), slug, public_id))
    return redirect("cascade", slug, public_id)


@require_POST
@login_required
def resume_cascade(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Go on where it stood."""
    resume_work(cascade=get_cascade_for(current_user(request), slug, public_id))
    return redirect("cascade", slug, public_id)


@require_POST
@login_required
def cancel_cascade(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Call it off; verdicts that are there stay."""
    cancel_work(cascade=get_cascade_for(current_user(request), slug, public_id))
    return redirect("cascade", slug, public_id)
