"""Signing in: by link, or by name and password."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evalplatform.accounts.entering import enter
from evalplatform.accounts.links import find_sign_in_link, redeem_sign_in_link
from evalplatform.accounts.session import require_user
from evalplatform.common.addresses import client_address
from evalplatform.common.errors import Missing
from evalplatform.common.throttle import count_failure, refuse_guessers


class SignIn(LoginView):
    """By name and password; `accounts.lockout` stands guard."""

    template_name = "accounts/sign_in.html"
    http_method_names = ["get", "head", "post", "options"]

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password was right; a code may be asked for yet."""
        return enter(self.request, require_user(form.get_user()), to=self.get_success_url())


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whom the link signs in; only the button uses it up, so that a link preview does not."""
    address = client_address(request)
    refuse_guessers(address=address)
    try:
        return _follow_link(request, secret)
    except Missing:
        count_failure(address=address)
        raise


def _follow_link(request: HttpRequest, secret: str) -> HttpResponse:
    if request.method == "POST":
        user = redeem_sign_in_link(secret=secret)
        return enter(request, user, to=reverse("home"))
    link = find_sign_in_link(secret=secret)
    return render(request, "accounts/sign_in_by_link.html", {"person": link.user})
