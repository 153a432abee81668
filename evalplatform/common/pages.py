"""Errors of the platform as pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from evalplatform.common.errors import Exhausted, PlatformError, Unavailable
from evalplatform.common.outages import read_outage


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
        response = render(request, "platform/error.html", {"error": error}, status=error.status)
        if isinstance(error, Exhausted):
            response["Retry-After"] = str(error.retry_after)
        return response


def show_outage(error: Unavailable) -> HttpResponse:
    """The page of an outage. It asks for nothing that stands in the database, not even who is looking."""
    text = render_to_string("platform/unavailable.html", {"error": error})
    return HttpResponse(text, status=error.status, headers={"Retry-After": str(error.retry_after)})
