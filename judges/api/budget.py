"""The budget of a project over REST."""

from decimal import Decimal
from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView
from judges.access import get_budget_for, get_project_to_steer_for
from judges.engine.budget import DIGITS, LARGEST, set_project_budget
from judges.models import ProjectBudget


class AmountSerializer(BodySerializer):
    """USD."""

    amount = serializers.DecimalField(
        max_digits=12, decimal_places=DIGITS, min_value=Decimal(0), max_value=LARGEST, coerce_to_string=False
    )


class BudgetSerializer(serializers.ModelSerializer[ProjectBudget]):
    """USD. What is reserved is set aside for calls under way."""

    class Meta:
        model = ProjectBudget
        fields: ClassVar = ["amount", "spent", "reserved"]


class ProjectBudgetDetail(DeclaredView):
    """What all judge runs of a project together may spend."""

    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.RUN,)}
    bodies: ClassVar = {"PUT": AmountSerializer}

    @extend_schema(responses=BudgetSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The budget, 404 where there is none."""
        return Response(BudgetSerializer(get_budget_for(self.actor, slug)).data)

    @extend_schema(request=AmountSerializer, responses=BudgetSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Set the amount; runs that were paused for it can then go on."""
        project = get_project_to_steer_for(self.actor, slug)
        amount = self.read_body()["amount"]
        budget = set_project_budget(project=project, amount=amount, actor=self.actor)
        return Response(BudgetSerializer(budget).data)
