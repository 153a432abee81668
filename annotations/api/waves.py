"""Waves over REST: researchers draw and close them, reviewers read."""

from typing import ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import get_project_for, list_rows_for
from annotations.api.nouns import NounDetail, NounList
from annotations.domain.planning.waves import LARGEST_SIZE, WaveTerms, close_wave, open_wave
from annotations.models import Role, Wave, WaveRule
from annotations.queries.waves import list_waves
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView


class WaveSerializer(serializers.ModelSerializer[Wave]):
    id = serializers.UUIDField(source="public_id")
    answered = serializers.IntegerField(help_text="Drawn tasks with at least one answer that counts.")

    class Meta:
        model = Wave
        fields: ClassVar = [
            "id", "number", "rule", "criterion", "judge", "size", "floor", "seed", "frame", "drawn", "answered",
            "created_at", "closed_at",
        ]  # fmt: skip


class WaveOrderSerializer(BodySerializer):
    """A wave to be drawn."""

    size = serializers.IntegerField(min_value=1, max_value=LARGEST_SIZE, help_text="Tasks, expected.")
    rule = serializers.ChoiceField(choices=WaveRule.choices, default=WaveRule.EVEN)
    criterion = serializers.CharField(
        max_length=420, default="", allow_blank=True, help_text="Its name in reports; empty: the only one."
    )
    judge = serializers.CharField(
        max_length=220, default="", allow_blank=True,
        help_text="judge:gpt-4; what `uncertainty` and `spread` are those of.",
    )  # fmt: skip
    floor = serializers.FloatField(
        min_value=0, max_value=1, required=False, allow_null=True,
        help_text="Least probability of a task; left out: a tenth of that of an even draw.",
    )  # fmt: skip


class WaveCollection(NounList[Wave]):
    """Draws of tasks for people, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": WaveOrderSerializer}
    rows = staticmethod(list_waves)
    serializer_class = WaveSerializer

    @extend_schema(request=WaveOrderSerializer, responses={201: WaveSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Draw a wave: from then on people are dealt its tasks alone."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        wave = open_wave(project=project, terms=WaveTerms(**self.read_body()), actor=self.actor)
        return Response(WaveSerializer(list_waves(project).get(pk=wave.pk)).data, status=201)


class WaveDetail(NounDetail[Wave]):
    """A wave and how far it is."""

    rows = staticmethod(list_waves)
    serializer_class = WaveSerializer


class WaveClose(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}

    @extend_schema(request=None, responses=WaveSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Deal nothing of the wave any more; its labels enter weighted estimates from then on."""
        waves = list_rows_for(self.actor, slug, list_waves, Role.RESEARCHER)
        wave = get_object_or_404(waves, public_id=public_id)
        close_wave(wave=wave, actor=self.actor)
        return Response(WaveSerializer(waves.get(pk=wave.pk)).data)
