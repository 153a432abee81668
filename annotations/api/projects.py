"""Projects, as their members see them."""

from functools import cached_property
from typing import Any, ClassVar  # a representation is JSON

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request

from annotations.access import find_projects_rated_by, list_projects_for, refuse_unless_founder
from annotations.domain.formats.batch_lines import JSON
from annotations.domain.projects.new_project import ProjectDraft, create_project
from annotations.models import Project
from annotations.views.wording import name_for_raters
from evalplatform.accounts.scopes import Scope
from evalplatform.accounts.session import current_user, require_user
from evalplatform.rest.bodies import spool_body
from evalplatform.rest.idempotency import (
    KEY_PARAMETER,
    NamedRequest,
    Reply,
    answer_once,
    find_reply,
    name_request,
    read_key,
)
from evalplatform.rest.parsers import StrictJSONParser, largest_json
from evalplatform.rest.views import DeclaredList, DeclaredView


class ProjectSerializer(serializers.ModelSerializer[Project]):
    class Meta:
        model = Project
        fields: ClassVar = ("slug", "title", "description", "language", "overlap", "simulated", "created_at")
        read_only_fields = fields

    def to_representation(self, instance: Project) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if instance.pk in self._rated_by_caller:
            shown |= {"title": name_for_raters(instance), "description": ""}
        return shown

    @cached_property
    def _rated_by_caller(self) -> frozenset[int]:
        return find_projects_rated_by(require_user(self.context["request"].user))


class ProjectCollection(DeclaredList, generics.ListAPIView[Project]):
    """Your projects, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": None}
    serializer_class = ProjectSerializer

    def get_queryset(self) -> QuerySet[Project]:
        return list_projects_for(require_user(self.request.user))

    @extend_schema(
        parameters=[KEY_PARAMETER], request=OpenApiTypes.OBJECT, responses={201: ProjectSerializer}
    )
    def post(self, request: Request) -> HttpResponse:
        """Make a project with its rubrics; you become its researcher."""
        user = current_user(request)
        refuse_unless_founder(user)
        key = read_key(request)
        with spool_body(request, limits={JSON: largest_json()}) as body:
            named = name_request(request, key=key, content=body.digest)
            stated = StrictJSONParser().parse(body.file)
        return (find_reply(named) or self._create(named, stated)).to_response()

    def _create(self, named: NamedRequest, stated: object) -> Reply:
        draft = ProjectDraft.read(stated)

        def work() -> Reply:
            project = create_project(draft=draft, user=named.user)
            shown = ProjectSerializer(project, context=self.get_serializer_context()).data
            return Reply.of(201, dict(shown))

        return answer_once(named=named, work=work)


class ProjectDetail(DeclaredView, generics.RetrieveAPIView[Project]):
    """One of your projects."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    serializer_class = ProjectSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Project]:
        return list_projects_for(require_user(self.request.user))
