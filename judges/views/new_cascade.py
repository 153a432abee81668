"""Setting a cascade to work: first what it would come to, then the button."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.models import Project
from evalplatform.accounts.models import User
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Denied, Invalid
from judges.access import get_project_to_steer_for
from judges.engine.cascades.foreseeing import forecast_cascade
from judges.engine.cascades.starting import start_cascade
from judges.forms.cascade import CascadeForm
from judges.forms.faults import show_faults
from judges.models import CascadeRun
from judges.views.wording import describe_money


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start_cascade_page(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET the form with the estimate for what it says, by POST the cascade."""
    user = current_user(request)
    project = get_project_to_steer_for(user, slug)
    given = request.POST if request.method == "POST" else request.GET
    form = CascadeForm(given or None, project=project)
    context: dict[str, object] = {"project": project, "form": form}
    try:
        if request.method == "POST" and form.is_valid():
            run = _start(project, user, form)
            return redirect("cascade", slug, run.cascade.public_id)
        if form.is_bound and form.is_valid():
            context |= _foresee(project, form)
    except (Conflict, Denied, Invalid) as error:
        show_faults(form, error, elsewhere="name" if isinstance(error, Conflict) else "cheap")
    return render(request, "judges/new_cascade.html", context, status=400 if form.errors else 200)


def _start(project: Project, user: User, form: CascadeForm) -> CascadeRun:
    names = ("name", "budget", "places", "people_price")
    options = {name: form.cleaned_data[name] for name in names}
    return start_cascade(project=project, terms=form.read_terms(), user=user, **options)


def _foresee(project: Project, form: CascadeForm) -> dict[str, object]:
    """Cost and calls in words, each with its range."""
    told = forecast_cascade(
        project=project, terms=form.read_terms(), people_price=form.cleaned_data["people_price"]
    )
    return {
        "forecast": told,
        "share": f"{100 * told.share:.0f}",
        "stages": [
            {
                "label": stage.stage.label,
                "judge": stage.judge,
                "tasks": stage.tasks,
                "calls": stage.calls,
                "cost": describe_money(stage.cost.expected if stage.cost else None),
            }
            for stage in told.stages
        ],
        "cost": describe_money(told.cost.expected if told.cost else None),
        "cost_range": told.cost and (describe_money(told.cost.low), describe_money(told.cost.high)),
        "dear_alone": describe_money(told.dear_alone.expected if told.dear_alone else None),
        "people_alone": None if told.people_alone is None else describe_money(told.people_alone),
    }
