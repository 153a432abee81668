"""One problem body (RFC 9457) for every 4xx and 5xx of the API."""

from http import HTTPStatus
from typing import Any  # the body is JSON

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from evalplatform.common.errors import Exhausted, Fault, PlatformError
from evalplatform.common.outages import read_outage

CONTENT_TYPE = "application/problem+json"


def answer_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: known errors become problems, unknown ones stay a logged 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    error = read_outage(error) or error
    if isinstance(error, PlatformError):
        set_rollback()
        return answer_platform_error(error)
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _answer_api_exception(error)
    return None


def problem(
    status: int, title: str, detail: str, code: str, faults: list[dict[str, Any]] | None = None
) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if faults:
        body["errors"] = faults
    return Response(body, status=status, content_type=CONTENT_TYPE)


def answer_platform_error(error: PlatformError) -> Response:
    """Its problem body, with the header that says when to come back."""
    response = problem(
        error.status, error.title, error.detail, error.code, [_describe(f) for f in error.faults[:100]]
    )
    response.data.update(error.extra)
    if isinstance(error, Exhausted):
        response["Retry-After"] = str(error.retry_after)
    return response


def _answer_api_exception(error: exceptions.APIException) -> Response:
    faults = list(_flatten(error.detail)) if isinstance(error, exceptions.ValidationError) else []
    detail = "The input is not valid" if faults else str(error.detail)
    title = HTTPStatus(error.status_code).phrase
    response = problem(error.status_code, title, detail, str(error.default_code), faults)
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response


def _describe(fault: Fault) -> dict[str, Any]:
    described: dict[str, Any] = {"message": fault.message}
    if fault.field:
        described["field"] = fault.field
    if fault.line is not None:
        described["line"] = fault.line
    if fault.file:
        described["list"] = fault.file
    return described


def _flatten(detail: Any, path: str = "") -> Any:
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _flatten(value, f"{path}.{key}".lstrip("."))
    elif isinstance(detail, list):
        for value in detail:
            yield from _flatten(value, path)
    else:
        yield {"message": str(detail), **({"field": path} if path else {})}
