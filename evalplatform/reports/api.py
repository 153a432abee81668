"""GET /api/v1/projects/{slug}/results/: what `report --json` prints."""

from urllib.parse import unquote

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from annotations.access import READERS, get_project_for
from annotations.queries.rating_set import Slice
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid
from evalplatform.reports.snapshot import Wanted, take_snapshot


class ResultsView(APIView):
    """Agreement, reliability and win rates of a project, as they are now."""

    @extend_schema(
        operation_id="projects_results",
        parameters=[
            OpenApiParameter("criterion", str, description="Only this criterion."),
            OpenApiParameter("raters", str, description="Only figures in which this set of raters stands."),
            OpenApiParameter("slice", str, description="Only this slice: `turn:1`, or `whole` for none."),
            OpenApiParameter("all", bool, description="Every figure, not only the headline."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        project = get_project_for(
            current_user(request._request), slug, *READERS
        )  # DRF has put the user there
        asked = request.query_params
        wanted = Wanted(
            is_full=asked.get("all", "").lower() in ("1", "true"),
            criterion=asked.get("criterion") or None,
            raters=asked.get("raters") or None,
            slice=read_slice(asked.get("slice", "")),
        )
        body = take_snapshot(project=project, wanted=wanted).to_bytes()
        return HttpResponse(body, content_type="application/json")


def read_slice(text: str) -> Slice | None:
    """A slice as `key:value`, several joined by commas; `whole` is the empty one. Raises Invalid."""
    if not text:
        return None
    if text == "whole":
        return {}
    found: dict[str, str] = {}
    for part in text.split(","):
        key, colon, value = part.partition(":")
        if not colon:
            raise Invalid.at("a slice is key:value, or whole", field="slice")
        found[unquote(key)] = unquote(value)
    return found
