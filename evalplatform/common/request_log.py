"""One structured log line a request, with an id that the answer carries too."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

log = structlog.get_logger("request")


class RequestLogMiddleware:
    """Bind a request id to every log line; never logs a body, a query string, a cookie or a token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=request_id)
        start = time.perf_counter()
        try:
            response = self.get_response(request)
            route = request.resolver_match.route if request.resolver_match else ""
            milliseconds = round((time.perf_counter() - start) * 1000, 1)
            log.info(
                "request", method=request.method, route=route, status=response.status_code, ms=milliseconds
            )
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        if isinstance(response, HttpResponse):
            response["X-Request-Id"] = request_id
        return response
