"""Prices, spend and forecasts over REST."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from evalplatform.accounts.scopes import Scope
from evalplatform.rest.views import DeclaredView
from judges.access import (
    get_judge_for,
    get_price_for,
    get_price_for_all_for,
    get_project_to_steer_for,
    get_project_with_runs_for,
    refuse_unless_staff,
)
from judges.api import money_serializers as shapes
from judges.engine.money.price_table import PriceLine, remove_price, set_price
from judges.engine.money.pricing import list_lines
from judges.engine.planning.forecast import forecast_run
from judges.queries.spend import read_spend
from judges.queries.spend_csv import write_spend_csv


class RunForecast(DeclaredView):
    """What a run would come to, before a cent is spent."""

    scopes: ClassVar = {"POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": shapes.ForecastOrderSerializer}

    @extend_schema(request=shapes.ForecastOrderSerializer, responses=shapes.ForecastSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Calls, tokens, cost and time of a run that is not started; nothing is written."""
        get_project_to_steer_for(self.actor, slug)
        order = self.read_body()
        judge = get_judge_for(self.actor, slug, order.pop("judge"))
        return Response(shapes.ForecastSerializer(forecast_run(judge=judge, **order)).data)


class SpendView(DeclaredView):
    """What the project's judges have cost."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    queries: ClassVar = {"GET": shapes.SpendQuery}

    @extend_schema(responses={(200, "application/json"): shapes.SpendTableSerializer, (200, "text/csv"): str})
    def get(self, request: Request, slug: str) -> Response | HttpResponse:
        """Spend by day (UTC), judge, run or model; USD, confirmed and estimated parts apart."""
        project = get_project_with_runs_for(self.actor, slug)
        table = read_spend(project, by=self.query["by"])
        if self.query["format"] == "json":
            return Response(shapes.SpendTableSerializer(table).data)
        name = f"{slug}-spend-by-{table.by}.csv"
        return HttpResponse(
            write_spend_csv(table),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class PriceTable(DeclaredView):
    """The instance's prices, kept by staff."""

    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.RUN,)}
    bodies: ClassVar = {"PUT": shapes.PriceLineSerializer}

    @extend_schema(responses=shapes.PriceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every line that holds for all, and the list that comes with the platform."""
        refuse_unless_staff(self.actor)
        return Response(shapes.PriceSerializer(list_lines(None), many=True).data)

    @extend_schema(request=shapes.PriceLineSerializer, responses=shapes.PriceSerializer)
    def put(self, request: Request) -> Response:
        """Write a line, in place of one of the same model, address and day. Calls made before keep their cost."""
        refuse_unless_staff(self.actor)
        price = set_price(line=PriceLine(**self.read_body()), project=None, actor=self.actor)
        return Response(shapes.PriceSerializer(price).data)


class PriceDetail(DeclaredView):
    """One of the instance's prices."""

    scopes: ClassVar = {"DELETE": (Scope.RUN,)}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Take it away: an older line, or the platform's list, holds again. For staff."""
        remove_price(price=get_price_for_all_for(self.actor, public_id), actor=self.actor)
        return Response(status=204)


class ProjectPriceTable(DeclaredView):
    """What holds in a project: its own prices before the instance's before the platform's list."""

    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.RUN,)}
    bodies: ClassVar = {"PUT": shapes.PriceLineSerializer}

    @extend_schema(responses=shapes.PriceSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Every line that may price one of the project's judges."""
        project = get_project_with_runs_for(self.actor, slug)
        return Response(shapes.PriceSerializer(list_lines(project), many=True).data)

    @extend_schema(request=shapes.PriceLineSerializer, responses=shapes.PriceSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Write a line of the project's own. Calls made before keep their cost."""
        project = get_project_to_steer_for(self.actor, slug)
        price = set_price(line=PriceLine(**self.read_body()), project=project, actor=self.actor)
        return Response(shapes.PriceSerializer(price).data)


class ProjectPrice(DeclaredView):
    """One price of a project's own."""

    scopes: ClassVar = {"DELETE": (Scope.RUN,)}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Take it away: what holds for all holds again."""
        remove_price(price=get_price_for(self.actor, slug, public_id), actor=self.actor)
        return Response(status=204)
