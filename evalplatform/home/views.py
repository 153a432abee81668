"""The home page and a project's own page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.access import READERS, get_membership_for, is_founder, list_archived_for
from annotations.queries.work_done import find_usual_seconds
from annotations.views.demands import describe_stranded
from annotations.views.wording import describe_usual_time
from evalplatform.accounts.session import current_user
from evalplatform.common.clock import database_now
from evalplatform.home.next_step import find_next_step
from evalplatform.home.queries import describe_project, list_project_cards, name_project
from evalplatform.home.rooms import list_open_rooms
from evalplatform.reports.money.forecast import forecast_project


@never_cache
@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The actor's projects with the one next thing to do in each."""
    user = current_user(request)
    context = {
        "cards": list_project_cards(actor=user),
        "may_found": is_founder(user),
        "archived": list_archived_for(user),
    }
    return render(request, "home/home.html", context)


@never_cache
@require_safe
@login_required
def project_page(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the project is and where to go on; raters see their own part only."""
    membership = get_membership_for(current_user(request), slug)
    context: dict[str, object] = {
        "project": membership.project,
        "heading": name_project(membership),
        "role": membership.role,
        "may_read": membership.role in READERS,
    }
    if not context["may_read"]:
        context["usual"] = describe_usual_time(find_usual_seconds(project=membership.project))
    else:
        overview = describe_project(project=membership.project)
        context["overview"] = overview
        context["stranded"] = describe_stranded(overview.stranded)
        context["next"] = find_next_step(overview=overview, role=membership.role)
        context["rooms"] = list_open_rooms(project=membership.project, role=membership.role, path="")
        now = timezone.localtime(database_now())
        context["forecast"] = forecast_project(project=membership.project, now=now)
    return render(request, "home/project.html", context)
