"""The page of one's own API tokens: works without a script, and shows a secret once."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evalplatform.accounts.scopes import Scope
from evalplatform.accounts.session import current_user
from evalplatform.accounts.tokens import issue_api_token, list_api_tokens, revoke_api_token

SCOPES = [
    (Scope.READ.value, _("read projects, results and exports")),
    (Scope.RATE.value, _("rate tasks")),
    (Scope.SUBMIT.value, _("submit projects and batches")),
    (Scope.RUN.value, _("start and steer judge runs")),
]
DAYS = [(7, "7"), (30, "30"), (90, "90"), (365, "365")]


class TokenForm(forms.Form):
    """A token to be made."""

    name = forms.CharField(max_length=100, label=_("Name"))
    scopes = forms.MultipleChoiceField(
        choices=SCOPES, widget=forms.CheckboxSelectMultiple, initial=[Scope.READ.value], label=_("It may")
    )
    days = forms.TypedChoiceField(choices=DAYS, coerce=int, initial=90, label=_("Days until it expires"))


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def show_tokens(request: HttpRequest) -> HttpResponse:
    """The list, the form, and after it was sent the new secret: on this answer alone."""
    user, secret = current_user(request), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _token, secret = issue_api_token(
            user=user,
            name=form.cleaned_data["name"],
            scopes=[Scope(scope) for scope in form.cleaned_data["scopes"]],
            expires_at=timezone.now() + timedelta(days=form.cleaned_data["days"]),
        )
        form = TokenForm()
    labels = dict(SCOPES)
    tokens = [
        (token, [labels[scope] for scope in token.scopes or labels]) for token in list_api_tokens(user=user)
    ]
    context = {"form": form, "tokens": tokens, "secret": secret, "now": timezone.now()}
    return render(request, "accounts/tokens.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def revoke_token(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a token at once."""
    revoke_api_token(user=current_user(request), public_id=public_id)
    return redirect("tokens")
