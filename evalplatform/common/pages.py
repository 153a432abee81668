"""Errors of the platform as pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from evalplatform.common.errors import Exhausted, Missing, PlatformError, Unavailable
from evalplatform.common.outages import read_outage

NAMED = "No such "  # how the API says of what kind the thing is that is not there


class PlatformErrorMiddleware:
    """Turn a `PlatformError` that a page raised into a page that says what happened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if outage := read_outage(error):
            return show_outage(outage)
        if not isinstance(error, PlatformError):
            return None
        return show_error(request, error)


def show_error(request: HttpRequest, error: PlatformError) -> HttpResponse:
    """The page of an error, with the header that says when to come back."""
    context = {"error": error, "headline": name_error(error), "detail": describe_error(error)}
    response = render(request, "platform/error.html", context, status=error.status)
    if isinstance(error, Exhausted):
        response["Retry-After"] = str(error.retry_after)
    return response


def name_error(error: PlatformError) -> str:
    """The heading of its page, in the language of the page; in bodies of the API its title stays one text."""
    headings = {
        "invalid": _("The input is not valid"),
        "denied": _("This is not allowed"),
        "missing": _("There is nothing here"),
        "conflict": _("The state has changed"),
        "mismatched": _("The key names another request"),
        "too_large": _("The input is too large"),
        "exhausted": _("Nothing to give right now"),
        "unavailable": _("The platform cannot answer right now"),
        "throttled": _("Too many failed attempts"),
        "provider_failure": _("The provider failed"),
        "not_installed": _("An optional part is not installed"),
    }
    return headings.get(error.code) or _("The request could not be carried out")


def describe_error(error: PlatformError) -> str:
    """What its page says. Of a thing that is not there a person is told as of an address that is none."""
    if isinstance(error, Missing) and error.detail.startswith(NAMED):
        return _("The address is wrong, or the thing is not yours to see.")
    return error.detail


def show_outage(error: Unavailable) -> HttpResponse:
    """The page of an outage. It asks for nothing that stands in the database, not even who is looking."""
    text = render_to_string("platform/unavailable.html", {"error": error})
    return HttpResponse(text, status=error.status, headers={"Retry-After": str(error.retry_after)})
