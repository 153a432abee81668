"""Choosing a password: by the link that somebody sent, or knowing the old one."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from evalplatform.accounts.entering import enter
from evalplatform.accounts.links import find_sign_in_link
from evalplatform.accounts.models import LinkPurpose
from evalplatform.accounts.passwords import choose_password_by_link, set_password
from evalplatform.accounts.session import current_user
from evalplatform.common.addresses import client_address
from evalplatform.common.errors import Missing
from evalplatform.common.throttle import count_failure, refuse_guessers


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest, secret: str) -> HttpResponse:
    """Only a good new password uses the link up; then its owner is signed in, here and nowhere else,
    after a code where they have a second factor."""
    address = client_address(request)
    refuse_guessers(address=address)
    try:
        link = find_sign_in_link(secret=secret, purpose=LinkPurpose.PASSWORD)
        form = SetPasswordForm(link.user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            user = choose_password_by_link(secret=secret, password=form.cleaned_data["new_password1"])
            answer = enter(request, user, to=reverse("home"))
            messages.success(request, _("Your password is the new one from now on."))
            return answer
    except Missing:
        count_failure(address=address)
        raise
    context = {"form": form, "person": link.user}
    return render(request, "accounts/password.html", context, status=400 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """The old password is asked for where there is one; every other session is over afterwards."""
    user = current_user(request)
    kind = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    form = kind(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        set_password(user=user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is the new one from now on."))
        return redirect("home")
    return render(request, "accounts/password.html", {"form": form}, status=400 if form.errors else 200)
