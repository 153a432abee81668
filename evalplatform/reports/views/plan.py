"""The page of a project's plan: the form that freezes it, or what was frozen."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.access import READERS, get_project_for, is_steering
from annotations.models import Role
from annotations.queries.rater_groups import PEOPLE, list_rater_groups, list_raters
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.reports.forms.plan import PlanForm
from evalplatform.reports.plans.frozen import find_plan, freeze_plan, may_freeze
from evalplatform.reports.words.statistic_names import list_statistics


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET the plan, or its form as long as nobody has rated; by POST it is frozen."""
    user = current_user(request)
    roles = (Role.RESEARCHER,) if request.method == "POST" else READERS
    project = get_project_for(user, slug, *roles)
    form = PlanForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid() and (draft := form.read_draft()):
        try:
            freeze_plan(project=project, draft=draft, actor=user)
        except (Conflict, Invalid) as error:
            form.show_faults(error)
        else:
            messages.success(request, _("The plan is frozen."))
            return redirect("plan", slug)
    context = {
        "project": project,
        "plan": find_plan(project=project),
        "form": form,
        "may_freeze": may_freeze(project=project) and is_steering(user, project),
        "statistics": list_statistics(),
        "groups": sorted({PEOPLE, *list_rater_groups(list_raters(project=project))}),
    }
    return render(request, "reports/plan.html", context, status=400 if form.errors else 200)
