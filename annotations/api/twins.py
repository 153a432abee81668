"""Worsened copies of answers over REST: made, looked at, approved or refused."""

from typing import Any, ClassVar  # serializers of what is no single row
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import get_project_for, list_rows_for
from annotations.domain.checking.scored_copies import name_criterion
from annotations.domain.checking.twins import MOST_PROPOSED, approve_twin, propose_twins, refuse_twin
from annotations.models import Role, Twin, TwinKind
from annotations.queries.twins import list_twins
from evalplatform.accounts.scopes import Scope
from evalplatform.common.hashing import LARGEST_SEED
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredList, DeclaredView


class TwinSerializer(serializers.ModelSerializer[Twin]):
    """A copy and the answer that it is made from; `task` is null before it is approved."""

    id = serializers.UUIDField(source="public_id")
    generation = serializers.UUIDField(source="generation.public_id")
    original = serializers.CharField(source="generation.text")
    task = serializers.UUIDField(source="task.public_id", allow_null=True, default=None)
    criterion = serializers.SerializerMethodField(
        help_text="Of a copy that is scored by itself, `rubric:criterion`; null: asked against its original."
    )

    def get_criterion(self, twin: Twin) -> str | None:
        return None if twin.criterion is None else name_criterion(twin.criterion)

    class Meta:
        model = Twin
        fields: ClassVar = [
            "id",
            "generation",
            "kind",
            "criterion",
            "seed",
            "original",
            "text",
            "state",
            "task",
            "created_at",
        ]


class TwinOrderSerializer(BodySerializer):
    """So many copies in each of these ways."""

    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=TwinKind.choices), min_length=1, max_length=len(TwinKind)
    )
    count = serializers.IntegerField(min_value=1, max_value=MOST_PROPOSED)
    seed = serializers.IntegerField(min_value=0, max_value=LARGEST_SEED)
    criterion = serializers.CharField(
        default="", allow_blank=True, max_length=200,
        help_text="`rubric:criterion` by which copies are scored alone, higher being better; left out: as pairs.",
    )  # fmt: skip


class TwinsMadeSerializer(serializers.Serializer[Any]):
    """The copies that were made."""

    twins = TwinSerializer(many=True, read_only=True)


class TwinDecisionSerializer(BodySerializer):
    """Whether the copy is worse and is asked as a check; else it is not used."""

    approve = serializers.BooleanField()


class TwinCollection(DeclaredList, ListAPIView[Twin]):
    """Worsened copies, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": TwinOrderSerializer}
    serializer_class = TwinSerializer

    def get_queryset(self) -> QuerySet[Twin]:
        return list_rows_for(self.actor, self.kwargs["slug"], list_twins, Role.RESEARCHER)

    @extend_schema(request=TwinOrderSerializer, responses={201: TwinsMadeSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Make copies, drawn by the seed; nothing is asked of anybody before they are approved."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        made = propose_twins(project=project, actor=self.actor, **self.read_body())
        return Response(TwinsMadeSerializer({"twins": made}).data, status=201)


class TwinDecision(DeclaredView):
    scopes: ClassVar = {"PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": TwinDecisionSerializer}

    @extend_schema(request=TwinDecisionSerializer, responses=TwinSerializer)
    def put(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Ask this copy as a check from now on, against its original or by itself; or do not use it."""
        twins = list_rows_for(self.actor, slug, list_twins, Role.RESEARCHER)
        twin = get_object_or_404(twins, public_id=public_id)
        decide = approve_twin if self.read_body()["approve"] else refuse_twin
        return Response(TwinSerializer(decide(twin=twin, actor=self.actor)).data)
