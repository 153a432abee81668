"""How the OpenAPI description is made: our bearer tokens, what views declare, and the one problem body."""

from typing import Any, Literal  # an OpenAPI description is JSON

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from evalplatform.rest.fields import BodySerializer, QuerySerializer
from evalplatform.rest.problems import CONTENT_TYPE
from evalplatform.rest.views import DeclaredView

ALWAYS = (400, 401, 403, 404, 503)
WITH_CHANGE = (409, 413, 415, 422)


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular is untyped here
    target_class = "evalplatform.rest.authentication.BearerTokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class FaultSerializer(serializers.Serializer[Any]):
    """One thing wrong with what was sent."""

    message = serializers.CharField()
    field = serializers.CharField(required=False)
    line = serializers.IntegerField(required=False)


class ProblemSerializer(serializers.Serializer[Any]):
    """Why a request was refused (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="For people.")
    code = serializers.CharField(help_text="For programs; see the list of errors.")
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]  # a field of that name


class DeclaredSchema(AutoSchema):
    """Reads a view's declarations, and adds to every operation how it refuses."""

    def get_override_parameters(self) -> list[Any]:
        declared = self.view.query_of(self.method) if isinstance(self.view, DeclaredView) else QuerySerializer
        return [declared] if declared().fields else []

    def get_request_serializer(self) -> Any:
        if isinstance(self.view, DeclaredView):
            return self.view.bodies.get(self.method)
        return super().get_request_serializer()

    def _map_basic_serializer(self, serializer: Any, direction: Literal["request", "response"]) -> Any:
        described = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]  # as above
        if isinstance(serializer, BodySerializer):
            described["additionalProperties"] = False
        return described

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if isinstance(self.view, DeclaredView):
            changes = self.method != "GET"
            for status in (*ALWAYS, *(WITH_CHANGE if changes else ())):
                bodies.setdefault(str(status), self._describe_problem(str(status)))
        return bodies

    def _describe_problem(self, status: str) -> Any:
        return self._get_response_for_code(ProblemSerializer, status, [CONTENT_TYPE])  # type: ignore[no-untyped-call]  # as above
