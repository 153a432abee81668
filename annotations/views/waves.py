"""Waves of a project: what was drawn, how far it is, and the next one."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import get_project_for, list_rows_for
from annotations.domain.planning.waves import close_wave, open_wave
from annotations.forms.wave import WaveForm
from annotations.models import Role, Routing
from annotations.queries.waves import list_waves
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_waves(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET all waves and the form of the next, by POST that one."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    form = WaveForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            open_wave(project=project, terms=form.read_terms(), actor=user)
        except (Conflict, Invalid) as error:
            for fault in error.faults:
                form.add_error(fault.field if fault.field in form.fields else None, fault.message)
            if not error.faults:
                form.add_error(None, error.detail)
        else:
            return redirect("waves", slug)
    waves = list(list_waves(project))
    context = {
        "project": project,
        "form": form,
        "waves": waves,
        "open": next((wave for wave in waves if wave.closed_at is None), None),
        "is_exploratory": project.routing == Routing.SORTED,
    }
    return render(request, "annotations/waves.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def end_wave(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Close a wave."""
    user = current_user(request)
    wave = get_object_or_404(list_rows_for(user, slug, list_waves, Role.RESEARCHER), public_id=public_id)
    close_wave(wave=wave, actor=user)
    return redirect("waves", slug)
