"""The panels of a project, and the form of a new one. What one is worth stands on its own page, among reports."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotations.models import SPECIMEN
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Invalid
from judges.access import get_project_to_steer_for, list_panels_for, may_steer_runs
from judges.engine.panels import ring_for_panel
from judges.forms.faults import show_faults
from judges.forms.panel import PanelForm
from judges.models import Panel

SHOWN = 100


@never_cache
@require_safe
@login_required
def show_panels(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest panels of the project with their members."""
    actor = current_user(request)
    project, panels = list_panels_for(actor, slug)
    context = {
        "project": project,
        "panels": [describe_panel(panel) for panel in panels[:SHOWN]],
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/panels.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_panel(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET the form, by POST the panel, which a worker then lets speak."""
    project = get_project_to_steer_for(current_user(request), slug)
    form = PanelForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            panel = form.create()
        except Conflict as error:
            show_faults(form, error, elsewhere="name")
        except Invalid as error:
            show_faults(form, error, elsewhere="members")
        else:
            ring_for_panel(panel=panel)
            messages.success(request, _("The panel is there. It speaks wherever its members have spoken."))
            return redirect("panel", slug, panel.public_id)
    context = {"project": project, "form": form}
    return render(request, "judges/new_panel.html", context, status=400 if form.errors else 200)


def describe_panel(panel: Panel) -> dict[str, object]:
    """A panel with the names of its members in their order."""
    raters = [member.rater for member in panel.members.all() if member.rater is not None]
    return {
        "panel": panel,
        "members": sorted(rater.name for rater in raters),
        "is_specimen": bool(panel.rater.attributes.get(SPECIMEN)),
    }
