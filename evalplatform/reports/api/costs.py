"""GET /api/v1/projects/{slug}/costs/: what people and judges cost so far, and what is foreseen."""

from typing import Any, ClassVar  # a ledger is JSON

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import READERS, get_project_for, is_steering
from evalplatform.accounts.scopes import Scope
from evalplatform.common.clock import database_now
from evalplatform.reports.money.forecast import forecast_project
from evalplatform.reports.money.ledger import read_ledger
from evalplatform.rest.views import DeclaredView


class ForeseenSerializer(serializers.Serializer[Any]):
    """An expectation with a prediction interval of 95 %; null where there is none."""

    expected = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True, help_text="Null beside `low`: there may be no end.")


class ProjectForecastSerializer(serializers.Serializer[Any]):
    """From the pace of whole days so far, pay and prices."""

    places = serializers.IntegerField(help_text="Left for people.")
    days_seen = serializers.IntegerField(help_text="Whole days that the pace is taken from.")
    days = ForeseenSerializer(allow_null=True)
    people_usd = ForeseenSerializer(allow_null=True)
    calls = serializers.IntegerField(help_text="Waiting in runs that are open.")
    judges_usd = ForeseenSerializer(allow_null=True)
    unpriced = serializers.ListField(child=serializers.CharField(), help_text="Judges of unknown price.")


class CostLineSerializer(serializers.Serializer[Any]):
    """A person or a judge; `answers` are tasks of people and calls of judges."""

    kind = serializers.CharField()
    name = serializers.CharField(help_text="Of a person the account's to researchers, else the rater's.")
    answers = serializers.IntegerField()
    seconds = serializers.FloatField(allow_null=True)
    usd = serializers.CharField(allow_null=True)
    estimated_usd = serializers.CharField(help_text="Of it what no provider confirmed.")
    unpriced = serializers.IntegerField(help_text="Calls at an unknown price, in no sum.")


class CostsSerializer(serializers.Serializer[Any]):
    """Amounts in USD as text, exact."""

    people_usd = serializers.CharField(allow_null=True)
    judges_usd = serializers.CharField()
    total_usd = serializers.CharField()
    lines = CostLineSerializer(many=True)
    forecast = ProjectForecastSerializer()


class CostsView(DeclaredView):
    """All costs of a project."""

    scopes: ClassVar = {"GET": (Scope.READ,)}

    @extend_schema(operation_id="projects_costs", responses=CostsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What people and judges cost so far, and what is still to come."""
        project = get_project_for(self.actor, slug, *READERS)
        forecast = forecast_project(project=project, now=timezone.localtime(database_now()))
        ledger = read_ledger(project=project, is_named=is_steering(self.actor, project))
        return Response({**ledger.describe(), "forecast": forecast.describe()})
