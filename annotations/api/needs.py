"""What items ask of raters, over REST: what is asked for, and asking for something else."""

from typing import Any, ClassVar  # serializers of plain objects

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import READERS, get_batch_for, get_project_for
from annotations.domain.formats.needs import LONGEST_SKILL, MOST_SKILLS, read_needs
from annotations.domain.intake.change_needs import MOST_ITEMS, change_needs
from annotations.models import Role
from annotations.queries.needs import list_needs
from evalplatform.accounts.scopes import Scope
from evalplatform.common.errors import Invalid
from evalplatform.common.language_tags import LONGEST
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView


class NeedsLineSerializer(serializers.Serializer[Any]):
    """One set of needs that items of the project have."""

    needs_language = serializers.CharField(source="language", help_text="A tag; empty: any.")
    needs_skills = serializers.ListField(source="skills", child=serializers.CharField())
    items = serializers.IntegerField()
    tasks = serializers.IntegerField(help_text="Of these items, those that wait for people.")


class NeedsSerializer(serializers.Serializer[Any]):
    """Every set of needs, the most items first."""

    needs = NeedsLineSerializer(many=True)


class NeedsBody(BodySerializer):
    """Items by their keys, or a batch by its id: all items that came with it. And what they ask for from now on."""

    items = serializers.ListField(
        child=serializers.CharField(max_length=200, trim_whitespace=False),  # keys are taken as they are
        min_length=1,
        max_length=MOST_ITEMS,
        required=False,
    )
    batch = serializers.UUIDField(required=False)
    needs_language = serializers.CharField(
        max_length=LONGEST, allow_blank=True, help_text="A tag (BCP 47) that raters must read; empty: any."
    )
    needs_skills = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_SKILL), max_length=MOST_SKILLS
    )

    def validate(self, stated: dict[str, Any]) -> dict[str, Any]:
        if ("items" in stated) == ("batch" in stated):
            raise Invalid.at(_("Choose a batch, or name items; not both."), field="items")
        return stated


class NeedsChangeSerializer(serializers.Serializer[Any]):
    """What became of it."""

    items = serializers.IntegerField(help_text="How many ask for something else than before.")
    left = serializers.IntegerField(help_text="How many are not changed yet: send the same again.")


class Needs(DeclaredView):
    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": NeedsBody}

    @extend_schema(responses=NeedsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Every set of language and skills that items ask for, the most items first."""
        project = get_project_for(self.actor, slug, *READERS)
        return Response(NeedsSerializer({"needs": list_needs(project)}).data)

    @extend_schema(request=NeedsBody, responses=NeedsChangeSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Let items ask for this language and these skills, and for nothing else, while people work.

        Their free places are dealt to those who have them from then on. Tasks in hand stay with whoever holds them, and
        answers stay. After ten seconds it gives way: while `left` is above 0, send the same again.
        """
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        body = self.read_body()
        change = change_needs(
            project=project,
            needs=read_needs(body),
            actor=self.actor,
            keys=body.get("items"),
            batch=get_batch_for(self.actor, slug, body["batch"]) if "batch" in body else None,
        )
        return Response(NeedsChangeSerializer(change).data)
