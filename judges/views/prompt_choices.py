"""Choosing a prompt: the list, one choice with its candidates, and the form that shows what it would come to."""

from decimal import Decimal
from typing import Any  # figures are JSON
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Denied, Invalid
from judges.access import (
    get_project_to_steer_for,
    get_project_with_runs_for,
    list_prompt_choices_for,
    may_steer_runs,
    read_prompt_choice_for,
)
from judges.engine.choosing.starting import ChoiceForecast, forecast_choice, start_choice
from judges.forms.faults import show_faults
from judges.forms.prompt_choice import PromptChoiceForm
from judges.models import Lane, PromptChoice
from judges.views.wording import describe_money, describe_seconds

SHOWN = 100
WHY = {
    "clear": gettext_lazy("No other candidate could be as good."),
    "cheaper": gettext_lazy("It cannot be told from the leader, and is the cheapest of those."),
    "first": gettext_lazy(
        "It cannot be told from the leader, and is the first of those: prices are not known."
    ),
}


@never_cache
@require_safe
@login_required
def show_choices(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest choices of the project."""
    actor = current_user(request)
    project = get_project_with_runs_for(actor, slug)
    context = {
        "project": project,
        "choices": list_prompt_choices_for(actor, slug).order_by("-pk")[:SHOWN],
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/choices.html", context)


@never_cache
@require_safe
@login_required
def show_choice(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Candidates with their runs and, once it is over, their agreement and the judge that came of it."""
    choice = read_prompt_choice_for(current_user(request), slug, public_id)
    context = {
        "project": choice.project,
        "choice": choice,
        "tasks": len(choice.labels),
        "candidates": _describe_candidates(choice),
        "why": WHY[choice.figures["why"]] if choice.figures else "",
    }
    return render(request, "judges/choice.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start_prompt_choice(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET the form with the estimate for what it says, by POST the choice."""
    actor = current_user(request)
    project = get_project_to_steer_for(actor, slug)
    given = request.POST if request.method == "POST" else request.GET
    form = PromptChoiceForm(given or None, project=project)
    context: dict[str, object] = {"project": project, "form": form}
    if form.is_bound and form.is_valid():
        try:
            if request.method == "POST":
                choice = start_choice(project=project, order=form.read_order(), user=actor)
                return redirect("choice", slug, choice.public_id)
            context["forecast"] = _describe_forecast(
                forecast_choice(project=project, order=form.read_order())
            )
        except Conflict as error:
            show_faults(form, error, elsewhere="name")
        except (Denied, Invalid) as error:
            show_faults(form, error, elsewhere="prompts")
    return render(request, "judges/new_choice.html", context, status=400 if form.errors else 200)


def _describe_forecast(told: ChoiceForecast) -> dict[str, object]:
    lines = []
    for prompt, forecast in told.candidates:
        lane = forecast.lanes[Lane.LIVE]
        lines.append(
            {
                "prompt": prompt,
                "calls": forecast.calls,
                "cost": describe_money(lane.cost.expected if lane.cost else None),
                "time": describe_seconds(lane.seconds.expected) if lane.seconds else "",
                "cautions": [caution.label for caution in forecast.cautions],
            }
        )
    return {"tasks": told.tasks, "criterion": told.criterion, "lines": lines}


def _describe_candidates(choice: PromptChoice) -> list[dict[str, object]]:
    rows, figures = list(choice.candidates.all()), choice.figures or {}
    told = figures.get("candidates") or [None] * len(rows)
    return [
        {"row": row, "is_chosen": str(row.prompt) == figures.get("chosen"), **_describe_figures(each)}
        for row, each in zip(rows, told, strict=True)
    ]


def _describe_figures(told: dict[str, Any] | None) -> dict[str, object]:
    if told is None:
        return {}
    cost = told["usd_a_task"]
    return {
        "agreement": told["agreement"],
        "behind": told["behind_leader"],
        "cost": describe_money(None if cost is None else Decimal(str(cost))),
    }
