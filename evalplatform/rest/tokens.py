"""One's own API tokens over REST."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from evalplatform.accounts.models import ApiToken
from evalplatform.accounts.scopes import Scope
from evalplatform.accounts.tokens import issue_api_token, list_api_tokens, revoke_api_token
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredList, DeclaredView

ANY = tuple(Scope)  # what a token may do to others is bounded by its own scopes


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    id = serializers.UUIDField(source="public_id")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(list(Scope)), help_text="Empty: all that its owner's roles allow."
    )

    class Meta:
        model = ApiToken
        fields: ClassVar = ["id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at"]


class NewTokenSerializer(TokenSerializer):
    """A token with its secret, for the only time."""

    secret = serializers.CharField(help_text="Shown once.")

    class Meta(TokenSerializer.Meta):
        fields: ClassVar = [*TokenSerializer.Meta.fields, "secret"]


class TokenOrderSerializer(BodySerializer):
    """A token to be made."""

    name = serializers.CharField(max_length=100, trim_whitespace=False, help_text="To recognise it.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(list(Scope)),
        default=list,
        max_length=len(Scope),
        help_text="Empty: all that the caller has.",
    )
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Within a year; without it in 90 days."
    )


class TokenCollection(DeclaredList, ListAPIView[ApiToken]):
    """Your own tokens, newest first."""

    scopes: ClassVar = {"GET": ANY, "POST": ANY}
    bodies: ClassVar = {"POST": TokenOrderSerializer}
    serializer_class = TokenSerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        return list_api_tokens(user=self.actor)

    @extend_schema(responses={201: NewTokenSerializer})
    def post(self, request: Request) -> Response:
        """Make a token; its secret is shown this once. It has no more scopes and no longer life than yours."""
        order = self.read_body()
        token, secret = issue_api_token(
            user=self.actor,
            name=order["name"],
            scopes=[Scope(scope) for scope in order["scopes"]],
            expires_at=order.get("expires_at"),
            maker=find_maker(request),
        )
        return Response({**TokenSerializer(token).data, "secret": secret}, status=201)


class TokenDetail(DeclaredView):
    """One of your own tokens."""

    scopes: ClassVar = {"DELETE": ANY}

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Revoke the token: it is refused from now on."""
        revoke_api_token(user=self.actor, public_id=public_id, maker=find_maker(request))
        return Response(status=204)


def find_maker(request: Request) -> ApiToken | None:
    """The token that the caller came with; None with a session."""
    return request.auth if isinstance(request.auth, ApiToken) else None
