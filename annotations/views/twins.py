"""Worsened copies of answers: made, looked at, and what raters say of them."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import get_project_for, list_rows_for
from annotations.domain.checking.twins import approve_twin, propose_twins, refuse_twin
from annotations.forms.twins import TwinsForm
from annotations.models import Role, Twin, TwinKind, TwinState
from annotations.queries.scored_copies import read_scored_results
from annotations.queries.twins import list_twins, read_twin_results
from annotations.views.texts import ShownText, show_text
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid

SHOWN = 20  # copies to be looked at, on one page


@dataclass(frozen=True, slots=True)
class ShownTwin:
    """A copy beside its original, as raters would read them."""

    twin: Twin
    original: ShownText | None
    copy: ShownText | None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_twins(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET copies that wait for a look, and results; by POST new copies."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    form = TwinsForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            made = len(propose_twins(project=project, actor=user, **form.read_order()))
        except Invalid as error:
            form.add_error(error.faults[0].field, error.faults[0].message)
        else:
            words = ngettext("%(made)s copy is made.", "%(made)s copies are made.", made)
            messages.success(request, words % {"made": made})
            return redirect("twins", slug)
    twins = list(list_twins(project))
    waiting = [twin for twin in twins if twin.state == TwinState.PROPOSED]
    results, scored = read_twin_results(project), read_scored_results(project)
    context = {
        "project": project,
        "form": form,
        "waiting": [_show(twin) for twin in waiting[:SHOWN]],
        "more": max(len(waiting) - SHOWN, 0),
        "approved": sum(twin.state == TwinState.APPROVED for twin in twins),
        "raters": results.raters,
        "kinds": [(_name(kind), share) for kind, share in results.kinds],
        "scored": scored.raters,
        "scored_kinds": [(_name(kind), order) for kind, order in scored.kinds],
    }
    return render(request, "annotations/twins.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def decide_twin(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Ask the copy as a check, or do not use it."""
    user = current_user(request)
    twin = get_object_or_404(list_rows_for(user, slug, list_twins, Role.RESEARCHER), public_id=public_id)
    if request.POST.get("act") == "approve":
        approve_twin(twin=twin, actor=user)
        messages.success(request, _("From now on this copy is asked as a check."))
    else:
        refuse_twin(twin=twin, actor=user)
        messages.success(request, _("This copy is not used."))
    return redirect("twins", slug)


def _show(twin: Twin) -> ShownTwin:
    return ShownTwin(twin, show_text(twin.generation.text or ""), show_text(twin.text))


def _name(kind: str) -> str:
    return str(TwinKind(kind).label) if kind else ""
