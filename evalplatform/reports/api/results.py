"""GET /api/v1/projects/{slug}/results/: what `report --json` prints."""

from typing import ClassVar
from urllib.parse import unquote

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from annotations.access import READERS, get_project_for
from annotations.queries.rating_set import Slice
from evalplatform.accounts.scopes import Scope
from evalplatform.common.errors import Invalid
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from evalplatform.rest.fields import QuerySerializer
from evalplatform.rest.views import DeclaredView

SLICES = r"^(whole|[^,:]+:[^,:]*(,[^,:]+:[^,:]*)*)$"


class ResultsQuery(QuerySerializer):
    criterion = serializers.CharField(required=False, help_text="Only this criterion.")
    raters = serializers.CharField(
        required=False, help_text="Only figures in which this set of raters stands."
    )
    slice = serializers.RegexField(
        SLICES, required=False, help_text="Only this slice: `turn:1`, or `whole` for none."
    )
    all = serializers.BooleanField(default=False, help_text="Every figure, not only the headline.")


class ResultsView(DeclaredView):
    """Agreement, reliability and win rates of a project, as they are now."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    queries: ClassVar = {"GET": ResultsQuery}

    @extend_schema(operation_id="projects_results", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str) -> HttpResponse:
        project = get_project_for(self.actor, slug, *READERS)
        wanted = Wanted(
            is_full=self.query["all"],
            criterion=self.query.get("criterion"),
            raters=self.query.get("raters"),
            slice=read_slice(self.query.get("slice", "")),
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
