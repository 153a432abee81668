"""The form of a new connection to a provider."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Invalid
from judges.access import get_project_to_steer_for
from judges.forms.connection import ConnectionForm
from judges.forms.faults import show_faults
from judges.queries.connections import list_granted


@sensitive_post_parameters("key")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_connection(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the project may use, and the form of one more; a key that was sent is never sent back."""
    user = current_user(request)
    project = get_project_to_steer_for(user, slug)
    form = ConnectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            form.create(project=project, owner=user)
        except Conflict as error:
            show_faults(form, error, elsewhere="name")
        except Invalid as error:
            show_faults(form, error, elsewhere="base_url")
        else:
            messages.success(request, _("The connection is there: choose it for a new judge."))
            return redirect("judge-new", slug)
    context = {
        "project": project,
        "form": form,
        "connections": list_granted(project).order_by("name"),
    }
    return render(request, "judges/new_connection.html", context, status=400 if form.errors else 200)
