"""Erasing an account: by its owner, or by staff for a member of a project."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from annotations.access import get_member_for
from evalplatform.accounts.models import User
from evalplatform.accounts.session import current_user
from evalplatform.common.addresses import client_address
from evalplatform.common.errors import Conflict, Denied
from evalplatform.common.throttle import count_failure, refuse_guessers
from evalplatform.home.leaving import leave_platform
from evalplatform.home.leaving_forms import LeavingForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave(request: HttpRequest) -> HttpResponse:
    """What becomes of one's own account, and its end."""
    user = current_user(request)
    form = _read_form(request, user)
    if _erase(request, form):
        logout(request)
        messages.success(request, _("Your account is erased."))
        return redirect("sign-in")
    return _show(request, form, user, slug="")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erase_member(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """The same by staff, for somebody who asked for it."""
    actor = current_user(request)
    member = get_member_for(actor, slug, public_id).user
    if not actor.is_staff:
        raise Denied(_("Accounts of others are erased by staff."))
    if member == actor:
        return redirect("leave")
    form = _read_form(request, member)
    if _erase(request, form):
        messages.success(request, _("The account is erased."))
        return redirect("people", slug)
    return _show(request, form, member, slug=slug)


def _read_form(request: HttpRequest, user: User) -> LeavingForm:
    if request.method != "POST":
        return LeavingForm(user=user, actor=current_user(request))
    refuse_guessers(address=client_address(request))
    return LeavingForm(request.POST, user=user, actor=current_user(request))


def _erase(request: HttpRequest, form: LeavingForm) -> bool:
    """Whether the account is gone; else the form says why not."""
    if not form.is_bound:
        return False
    if form.is_valid():
        try:
            leave_platform(user=form.user, actor=form.actor)
        except Conflict as error:
            form.add_error(None, error.detail)
        else:
            return True
    elif "password" in form.errors:
        count_failure(address=client_address(request))
    return False


def _show(request: HttpRequest, form: LeavingForm, person: User, *, slug: str) -> HttpResponse:
    context = {"form": form, "person": person, "slug": slug}
    return render(request, "home/leave.html", context, status=400 if form.errors else 200)
