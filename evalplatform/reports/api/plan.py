"""GET and PUT /api/v1/projects/{slug}/plan/: what was planned, and freezing it."""

from typing import Any, ClassVar  # a plan is JSON

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import READERS, get_project_for
from annotations.models import Role
from evalplatform.accounts.scopes import Scope
from evalplatform.common.errors import Missing
from evalplatform.reports.plans.drafts import PlanDraft
from evalplatform.reports.plans.frozen import find_plan, freeze_plan
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView

FIGURE = "{statistic, criterion, raters, against, system, rule, inference}, named as in the results."


class PlanBodySerializer(BodySerializer):
    """A plan. Of a figure, what is left out or empty means each; `criterion` is that of `primary` unless told."""

    question = serializers.CharField(help_text="What the project is to find out.")
    primary = serializers.JSONField(help_text=f"The figure that answers it: {FIGURE}")
    margin = serializers.FloatField(
        required=False, allow_null=True, default=None, min_value=0,
        help_text="Smallest difference that matters, in the units of the figure.",
    )  # fmt: skip
    family = serializers.ListField(
        child=serializers.JSONField(), default=list, help_text=f"Other planned figures: {FIGURE}"
    )
    exclusions = serializers.CharField(allow_blank=True, default="", help_text="What will be left out.")
    stopping = serializers.CharField(allow_blank=True, default="", help_text="When collecting ends.")


class PlanSerializer(serializers.Serializer[Any]):
    """A plan as it was frozen."""

    question = serializers.CharField()
    primary = serializers.JSONField()
    margin = serializers.FloatField(allow_null=True)
    family = serializers.ListField(child=serializers.JSONField())
    exclusions = serializers.CharField()
    stopping = serializers.CharField()
    content_hash = serializers.CharField(help_text="SHA-256 of the canonical JSON of all fields above.")
    frozen_at = serializers.DateTimeField()


class PlanDetail(DeclaredView):
    """The plan of a project."""

    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": PlanBodySerializer}

    @extend_schema(operation_id="projects_plan", responses=PlanSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What was frozen before the first rating; 404 where nothing was."""
        plan = find_plan(project=get_project_for(self.actor, slug, *READERS))
        if plan is None:
            raise Missing("This project has no plan.")
        return Response(plan.describe())

    @extend_schema(
        operation_id="projects_plan_freeze", request=PlanBodySerializer, responses={201: PlanSerializer}
    )
    def put(self, request: Request, slug: str) -> Response:
        """Freeze the plan for good: once, and before the first rating."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        draft = PlanDraft.read(self.read_body())
        plan = freeze_plan(project=project, draft=draft, actor=self.actor)
        return Response(plan.describe(), status=201)
