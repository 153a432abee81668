"""Errors of the platform as pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from evalplatform.common.errors import Exhausted, PlatformError


class PlatformErrorMiddleware:
    """Turn a `PlatformError` that a page raised into a page that says what happened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, PlatformError):
            return None
        response = render(request, "platform/error.html", {"error": error}, status=error.status)
        if isinstance(error, Exhausted):
            response["Retry-After"] = str(error.retry_after)
        return response
