"""What is answered where no view could: an error in the layers around it, such as a session that cannot be read."""

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import server_error

from evalplatform.common.errors import Unavailable
from evalplatform.common.outages import read_outage
from evalplatform.common.pages import show_outage
from evalplatform.rest.problems import CONTENT_TYPE, answer_platform_error, problem


def answer_failure(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the error is being handled: 503 for a lost database, else a logged 500."""
    outage = read_outage(sys.exc_info()[1])
    if request.path.startswith("/api/"):
        return _answer_api(outage)
    return show_outage(outage) if outage else server_error(request)


def _answer_api(outage: Unavailable | None) -> HttpResponse:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    answer = (
        answer_platform_error(outage)
        if outage
        else problem(status, status.phrase, "Something failed here, and it has been logged.", "failure")
    )
    headers = {"Retry-After": answer["Retry-After"]} if outage else None
    return JsonResponse(answer.data, status=answer.status_code, headers=headers, content_type=CONTENT_TYPE)
