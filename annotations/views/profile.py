"""What somebody says of themselves for all projects: the languages that they read; and the way to a second factor."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.domain.people.skills import state_languages
from annotations.forms.skills import LanguagesForm
from annotations.queries.skills import list_languages
from evalplatform.accounts.second_factor import has_second_factor
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_profile(request: HttpRequest) -> HttpResponse:
    """The languages, to be changed at any time."""
    user = current_user(request)
    read = list_languages([user.pk]).get(user.pk, ())
    form = LanguagesForm(request.POST if request.method == "POST" else None, read=read)
    if request.method == "POST" and form.is_valid():
        try:
            state_languages(user=user, tags=form.read_tags())
        except Invalid as error:
            form.add_error("other", error.faults[0].message)
        else:
            messages.success(request, _("Your languages are kept."))
            return redirect("profile")
    context = {"form": form, "has_second_factor": has_second_factor(user)}
    return render(request, "annotations/profile.html", context, status=400 if form.errors else 200)
