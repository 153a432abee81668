"""Joining a project by an invitation: with the account one has, or with a new one."""

from django import forms
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from annotations.domain.projects.invitations import accept_invitation, find_invitation
from annotations.forms.people import ConsentForm, JoinForm
from annotations.models import Invitation, Role
from annotations.queries.work_done import find_usual_seconds
from annotations.views.wording import describe_usual_time, name_for_raters
from evalplatform.accounts.models import User
from evalplatform.accounts.people import register_user
from evalplatform.common.addresses import client_address
from evalplatform.common.errors import Conflict, Missing
from evalplatform.common.throttle import count_failure, refuse_guessers

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Say what is joined and what is agreed to; only the button uses the invitation up."""
    address = client_address(request)
    refuse_guessers(address=address)
    try:
        return _join(request, find_invitation(secret=secret))
    except Missing:
        count_failure(address=address)
        raise


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    kind = ConsentForm if request.user.is_authenticated else JoinForm
    form = kind(request.POST if request.method == "POST" else None, project=invitation.project)
    if request.method == "POST" and form.is_valid() and _accept(request, invitation, form):
        return redirect("project", invitation.project.slug)
    project = invitation.project
    is_rater = invitation.role == Role.RATER
    usual = find_usual_seconds(project=project) if is_rater else None
    context = {
        "form": form,
        "invitation": invitation,
        "joined": project,
        "usual": describe_usual_time(usual),
        "name": name_for_raters(project) if is_rater else project.title or project.slug,
    }
    return render(request, "annotations/join.html", context, status=400 if form.errors else 200)


def _accept(request: HttpRequest, invitation: Invitation, form: forms.Form) -> bool:
    """Whether they are in; if not, the form says why."""
    try:
        with transaction.atomic():
            user = request.user if isinstance(request.user, User) else _register(form)
            accept_invitation(invitation=invitation, user=user)
    except Conflict as error:
        if isinstance(form, JoinForm):
            count_failure(address=client_address(request))  # names are not to be tried out in numbers
            form.add_error("username", _("This name cannot be had. Please choose another one."))
        else:
            form.add_error(None, error.detail)
        return False
    if isinstance(form, JoinForm):
        login(request, user, backend=BACKEND)
    return True


def _register(form: forms.Form) -> User:
    chosen = form.cleaned_data
    return register_user(
        username=chosen["username"], password=chosen["password"], language=get_language() or ""
    )
