"""Starting a run: first what it would come to, then the button."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Denied, Invalid
from judges.access import get_project_to_steer_for
from judges.engine.planning.forecast import Forecast, forecast_run
from judges.engine.planning.plan import plan_run
from judges.forms.faults import show_faults
from judges.forms.run import RunForm
from judges.views.wording import describe_money, describe_seconds


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start_run(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET the form with the estimate for what it says, by POST the run."""
    user = current_user(request)
    project = get_project_to_steer_for(user, slug)
    given = request.POST if request.method == "POST" else request.GET
    form = RunForm(given or None, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            run = plan_run(project=project, user=user, **form.cleaned_data)
        except (Denied, Invalid) as error:
            show_faults(form, error, elsewhere="judge")
        else:
            return redirect("run", slug, run.public_id)
    context = {"project": project, "form": form}
    if form.is_bound and form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("judge", "limit", "budget")}
        forecast = forecast_run(**asked)
        context |= {"forecast": forecast, **_describe(forecast, form.cleaned_data["lane"])}
    return render(request, "judges/new_run.html", context, status=400 if form.errors else 200)


def _describe(forecast: Forecast, lane: str) -> dict[str, object]:
    """Cost and time of the lane in words, each with its range; no time where next to none is needed."""
    told = forecast.lanes[lane]
    cost, seconds = told.cost, told.seconds
    return {
        "cost": describe_money(cost.expected if cost else None),
        "cost_range": cost and (describe_money(cost.low), describe_money(cost.high)),
        "time": seconds and describe_seconds(seconds.expected),
        "cautions": [caution.label for caution in forecast.cautions],
    }
