"""Signing in by link."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evalplatform.accounts.links import find_sign_in_link, redeem_sign_in_link


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whom the link signs in; only the button uses it up, so that a link preview does not."""
    if request.method == "POST":
        user = redeem_sign_in_link(secret=secret)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("home")
    link = find_sign_in_link(secret=secret)
    return render(request, "accounts/sign_in_by_link.html", {"person": link.user})
