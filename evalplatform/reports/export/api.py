"""GET /api/v1/projects/{slug}/export/: everything of one kind, as a file that is streamed."""

from typing import ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from annotations.access import READERS, get_project_for
from evalplatform.accounts.scopes import Scope
from evalplatform.reports.export.formats import FORMATS
from evalplatform.reports.export.others import ATTEMPTS, GENERATIONS
from evalplatform.reports.export.ratings import RATINGS
from evalplatform.rest.fields import QuerySerializer
from evalplatform.rest.views import DeclaredView

TABLES = {table.name: table for table in (RATINGS, GENERATIONS, ATTEMPTS)}
FILE = OpenApiResponse(OpenApiTypes.BINARY, "The file.")


class ExportQuery(QuerySerializer):
    what = serializers.ChoiceField(sorted(TABLES), help_text="One line a rating, a generation or a call.")
    format = serializers.ChoiceField(sorted(FORMATS), default="csv", help_text="Of the file.")


class ExportView(DeclaredView):
    """Ratings, generations or calls of a project as one file."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    queries: ClassVar = {"GET": ExportQuery}

    @extend_schema(
        operation_id="projects_export",
        responses={(200, entry.content_type.partition(";")[0]): FILE for entry in FORMATS.values()},
    )
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Stream the file; memory does not grow with it."""
        project = get_project_for(self.actor, slug, *READERS)
        table, how = TABLES[self.query["what"]], FORMATS[self.query["format"]]
        return StreamingHttpResponse(
            how.write(table, table.read(project)),
            content_type=how.content_type,
            headers={"Content-Disposition": f'attachment; filename="{slug}-{table.name}.{how.ending}"'},
        )
