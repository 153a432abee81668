"""Settings of a running project: words, pay, pause, archive."""

from typing import Any  # initial values of a form

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import get_archived_for, get_project_for
from annotations.domain.planning.archiving import archive_project, restore_project
from annotations.domain.projects.steering import change_project, pause_project, resume_project
from annotations.forms.steering import ArchiveForm, SteeringForm
from annotations.models import PayUnit, Project, Role
from evalplatform.accounts.session import current_user

FIELDS = ("title", "content_warning", "consent", "pay", "pay_unit", "daily_cap", "rater_cap", "break_after")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def steer_project(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and what its buttons do."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form, archive = SteeringForm(initial=_read(project)), ArchiveForm()
    if act == "pause":
        pause_project(project=project, actor=user)
    elif act == "resume":
        resume_project(project=project, actor=user)
    elif act == "archive":
        archive = ArchiveForm(request.POST)
        if archive.check(project):
            archive_project(project=project, actor=user)
            return redirect("home")
    elif request.method == "POST":
        form = SteeringForm(request.POST)
        if form.is_valid():
            held = form.cleaned_data
            change_project(project=project, actor=user, **{**held, "pay_unit": PayUnit(held["pay_unit"])})
            messages.success(request, _("The settings are kept."))
    if request.method == "POST" and not (form.errors or archive.errors):
        return redirect("project-settings", slug)
    context = {"project": project, "form": form, "archive": archive}
    status = 400 if form.errors or archive.errors else 200
    return render(request, "annotations/project_settings.html", context, status=status)


@require_POST
@login_required
def restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Open an archived project again."""
    user = current_user(request)
    restore_project(project=get_archived_for(user, slug), actor=user)
    messages.success(request, _("The project is open again. Its judge runs stay paused."))
    return redirect("project", slug)


def _read(project: Project) -> dict[str, Any]:
    return {name: getattr(project, name) for name in FIELDS}
