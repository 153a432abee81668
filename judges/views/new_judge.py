"""The form of a new judge."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Invalid
from judges.access import get_project_to_steer_for
from judges.engine.versions.naming import tell_of_version
from judges.forms.faults import show_faults
from judges.forms.judge import JudgeForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_judge(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form; what was sent and is wrong comes back as it was, with the errors beside the fields."""
    project = get_project_to_steer_for(current_user(request), slug)
    form = JudgeForm(request.POST if request.method == "POST" else None, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            judge = form.create()
        except Conflict as error:
            show_faults(form, error, elsewhere="name")
        except Invalid as error:
            show_faults(form, error, elsewhere="source")
        else:
            messages.success(request, _("The judge is there. Try it on a few items before a whole run."))
            if note := tell_of_version(judge, form.cleaned_data["name"]):
                messages.info(request, note)
            return redirect("judge", slug, judge.public_id)
    context = {"project": project, "form": form}
    return render(request, "judges/new_judge.html", context, status=400 if form.errors else 200)
