"""Training and the test before real work: what is asked, and who has passed."""

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
from annotations.domain.queue.qualify import set_qualification, waive_test
from annotations.forms.checks import QualificationForm
from annotations.models import Role
from annotations.queries.checks import list_gold
from annotations.queries.known_supply import Shortage, list_shortages
from annotations.queries.nouns import list_raters
from annotations.queries.trials import list_candidates, list_training
from annotations.views.demands import describe_demand
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_qualification(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET the form of the test and everybody's tries, by POST new terms."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    form = (
        QualificationForm(request.POST) if request.method == "POST" else QualificationForm.describe(project)
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_qualification(project=project, actor=user, **form.read_terms())
        except Invalid as error:
            form.add_error(None, error.faults[0].message)
        else:
            messages.success(request, _("The settings are kept."))
            return redirect("qualification", slug)
    known = list_gold(project).count()
    context = {
        "project": project,
        "form": form,
        "training": list_training(project),
        "known": known,
        "lacking": max(project.test_size * project.test_tries - known, 0),
        "shortages": [_tell_shortage(each) for each in list_shortages(project)],
        "candidates": list_candidates(project),
    }
    return render(request, "annotations/qualification.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def let_begin(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Let a rater begin real work without the test."""
    user = current_user(request)
    rater = get_object_or_404(list_rows_for(user, slug, list_raters, Role.RESEARCHER), public_id=public_id)
    waive_test(rater=rater, actor=user)
    messages.success(request, _("They may begin with real work."))
    return redirect("qualification", slug)


def _tell_shortage(each: Shortage) -> str:
    """Who lacks how many known answers, and what can be done."""
    words = ngettext(
        "%(people)s may be asked %(known)d known answer, and all tries need %(lacking)d more. Mark more whose items"
        " ask for nothing else, or give them what the others ask for: %(asked)s.",
        "%(people)s may be asked %(known)d known answers, and all tries need %(lacking)d more. Mark more whose items"
        " ask for nothing else, or give them what the others ask for: %(asked)s.",
        each.known,
    )
    asked = "; ".join(f"{describe_demand(demand)} ({demand.tasks})" for demand in each.asked)
    told = {"people": ", ".join(each.people), "known": each.known, "lacking": each.lacking, "asked": asked}
    return words % told
