"""The page of all costs of a project, and of what is still to come."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.access import READERS, get_project_for, is_steering
from evalplatform.accounts.session import current_user
from evalplatform.common.clock import database_now
from evalplatform.reports.money.forecast import forecast_project
from evalplatform.reports.money.ledger import read_ledger


@never_cache
@require_safe
@login_required
def show_costs(request: HttpRequest, slug: str) -> HttpResponse:
    """People and judges in one table, and the forecast; researchers see who the people are."""
    user = current_user(request)
    project = get_project_for(user, slug, *READERS)
    now = timezone.localtime(database_now())
    ledger = read_ledger(project=project, is_named=is_steering(user, project))
    context = {
        "project": project,
        "ledger": ledger,
        "parts": [(ledger.people, ""), (ledger.judges, _("judge"))],
        "forecast": forecast_project(project=project, now=now),
    }
    return render(request, "reports/ledger.html", context)
