"""The budget of a project over REST."""

from decimal import Decimal

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid
from judges.access import get_budget_for, get_project_to_steer_for
from judges.engine.budget import DIGITS, LARGEST, set_project_budget


class BudgetSerializer(serializers.Serializer[object]):
    """USD. What is reserved is set aside for calls under way."""

    amount = serializers.DecimalField(
        max_digits=12, decimal_places=DIGITS, min_value=Decimal(0), max_value=LARGEST
    )
    spent = serializers.DecimalField(max_digits=12, decimal_places=DIGITS, read_only=True)
    reserved = serializers.DecimalField(max_digits=12, decimal_places=DIGITS, read_only=True)


class ProjectBudgetDetail(APIView):
    """What all judge runs of a project together may spend."""

    @extend_schema(responses=BudgetSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The budget, 404 where there is none."""
        return Response(BudgetSerializer(get_budget_for(current_user(request), slug)).data)

    @extend_schema(request=BudgetSerializer, responses=BudgetSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Set the amount; runs that were paused for it can then go on."""
        actor = current_user(request)
        project = get_project_to_steer_for(actor, slug)
        if not isinstance(request.data, dict):
            raise Invalid("The body must be an object.")
        sent = BudgetSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        budget = set_project_budget(project=project, amount=sent.validated_data["amount"], actor=actor)
        return Response(BudgetSerializer(budget).data)
