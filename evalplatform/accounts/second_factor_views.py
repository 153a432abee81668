"""The pages of a second factor: one's own, and the one that asks for a code at sign-in."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from evalplatform.accounts.codes import draw_picture, spell_address
from evalplatform.accounts.entering import find_newcomer, let_in
from evalplatform.accounts.lockout import count_wrong_proof, refuse_locked
from evalplatform.accounts.models import User
from evalplatform.accounts.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    count_recovery_codes,
    has_second_factor,
    read_begun_key,
    renew_recovery_codes,
    take_code,
    turn_off_second_factor,
)
from evalplatform.accounts.second_factor_forms import CodeForm, ProofForm
from evalplatform.accounts.session import current_user


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask_code(request: HttpRequest) -> HttpResponse:
    """After the right password or link: only a code signs in."""
    newcomer = find_newcomer(request)
    if newcomer is None:
        return render(request, "accounts/sign_in_code.html", {"form": None})
    form = CodeForm(request.POST if request.method == "POST" else None)
    form.fields["code"].widget.attrs["autofocus"] = True
    if request.method == "POST" and form.is_valid():
        refuse_locked(request=request, user=newcomer.user)
        if take_code(user=newcomer.user, code=form.cleaned_data["code"]):
            return let_in(request, newcomer)
        count_wrong_proof(request=request, user=newcomer.user)
        form.add_error("code", _("This code is wrong, too old, or was used before."))
    context = {"form": form}
    return render(request, "accounts/sign_in_code.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD"])
@login_required
def show_second_factor(request: HttpRequest) -> HttpResponse:
    """Off, begun or on, and what can be done about it."""
    return _show(request, current_user(request))


@never_cache
@sensitive_post_parameters()
@require_POST
@login_required
def begin(request: HttpRequest) -> HttpResponse:
    """Draw a key; the page shows it until it is confirmed."""
    user = current_user(request)
    form = ProofForm(request.POST, user=user, is_on=False)
    if not _is_proved(request, user, form):
        return _show(request, user, start=form)
    begin_second_factor(user=user)
    return redirect("second-factor")


@never_cache
@sensitive_post_parameters()
@sensitive_variables("codes")
@require_POST
@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Turn it on by a first code; this session goes on, all others are over."""
    user = current_user(request)
    form = CodeForm(request.POST)
    codes = confirm_second_factor(user=user, code=form.cleaned_data["code"]) if form.is_valid() else None
    if codes is None:
        if form.is_valid():
            form.add_error("code", _("This code is wrong. Is the clock of the device right?"))
        return _show(request, user, confirm=form)
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    return _show(request, user, codes=codes)


@never_cache
@sensitive_post_parameters()
@sensitive_variables("codes")
@require_POST
@login_required
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, on this answer alone."""
    user = current_user(request)
    form = ProofForm(request.POST, user=user, is_on=True)
    if not _is_proved(request, user, form):
        return _show(request, user, renew=form)
    return _show(request, user, codes=renew_recovery_codes(user=user))


@never_cache
@sensitive_post_parameters()
@require_POST
@login_required
def turn_off(request: HttpRequest) -> HttpResponse:
    """No code is asked for from now on."""
    user = current_user(request)
    form = ProofForm(request.POST, user=user, is_on=True)
    if not _is_proved(request, user, form):
        return _show(request, user, off=form)
    turn_off_second_factor(user=user)
    messages.success(request, _("The second factor is off."))
    return redirect("second-factor")


def _is_proved(request: HttpRequest, user: User, form: ProofForm) -> bool:
    """Whether it is the owner; else the form says so, and the failure counts as a wrong password does."""
    if not form.is_valid():
        return False
    if "proof" not in form.fields:
        return True
    refuse_locked(request=request, user=user)
    proof = form.cleaned_data["proof"]
    if user.check_password(proof) or take_code(user=user, code=proof):
        return True
    count_wrong_proof(request=request, user=user)
    form.add_error("proof", _("This is not right."))
    return False


def _show(
    request: HttpRequest, user: User, *, codes: list[str] | None = None, **sent: CodeForm | ProofForm
) -> HttpResponse:
    """The page; `sent` are forms that were not right, by their names in it."""
    key = read_begun_key(user)
    is_on = has_second_factor(user)
    context = {
        "is_on": is_on,
        "codes": codes,
        "left": count_recovery_codes(user),
        "key": key,
        "picture": draw_picture(spell_address(key=key, username=user.username)) if key else "",
        "start": ProofForm(user=user, is_on=False),
        "confirm": CodeForm(),
        "renew": ProofForm(user=user, is_on=True),
        "off": ProofForm(user=user, is_on=True),
        **sent,
    }
    return render(request, "accounts/second_factor.html", context, status=400 if sent else 200)
