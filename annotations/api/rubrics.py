"""Versions of a rubric over REST."""

from typing import Any, ClassVar  # criteria are JSON
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import list_rows_for
from annotations.api.noun_serializers import RubricRowSerializer
from annotations.domain.versions.rubric_versions import make_version, read_version
from annotations.models import Role
from annotations.queries.rubrics import list_rubric_versions
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView


class RubricBodySerializer(BodySerializer):
    """What the next version says; texts by language, criteria as `POST projects/` takes them."""

    labels = serializers.JSONField(default=dict, help_text="Title by language.")
    instructions = serializers.JSONField(default=dict, help_text="Guidelines by language, markdown.")
    one_at_a_time = serializers.BooleanField(
        default=False, help_text="Raters meet its questions one after another, not all at once."
    )
    criteria = serializers.ListField(child=serializers.JSONField(), min_length=1)
    judged_anew = serializers.BooleanField(
        default=False, help_text="Ask people too, as new tasks, what only judges have met."
    )


class NewVersionSerializer(serializers.Serializer[Any]):
    """The version, and what became of open tasks."""

    rubric = RubricRowSerializer()
    moved = serializers.IntegerField(help_text="Tasks that nobody had begun: they are asked by it now.")
    anew = serializers.IntegerField(help_text="Tasks that only judges had met: people are asked new ones.")
    staying = serializers.IntegerField(help_text="Open tasks that are finished by an earlier version.")
    kept = serializers.IntegerField(
        help_text="Known answers that hold for it word for word and are asked by it."
    )
    waiting = serializers.IntegerField(
        help_text="Known answers that are asked of nobody until they are approved."
    )


class RubricVersions(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": RubricBodySerializer}

    @extend_schema(request=RubricBodySerializer, responses={201: NewVersionSerializer})
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Make the next version of a rubric, named by its newest. Tasks that nobody has begun move to it."""
        rows = list_rows_for(self.actor, slug, list_rubric_versions, Role.RESEARCHER)
        rubric = get_object_or_404(rows, public_id=public_id)
        body = self.read_body()
        is_judged_anew = body.pop("judged_anew")
        draft = read_version(rubric=rubric, stated=body)
        made = make_version(rubric=rubric, draft=draft, actor=self.actor, is_judged_anew=is_judged_anew)
        return Response(NewVersionSerializer(made).data, status=201)
