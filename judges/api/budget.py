"""The budget of a project over REST."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalplatform.accounts.scopes import Scope
from evalplatform.rest.views import DeclaredView
from judges.access import get_budget_for, get_project_to_steer_for
from judges.api.serializers import AmountSerializer, BudgetSerializer
from judges.engine.money.budget import set_project_budget


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
