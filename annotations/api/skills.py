"""Languages and skills over REST: what one reads oneself, and who may be dealt what in a project."""

from typing import Any, ClassVar  # serializers of plain objects
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import READERS, get_project_for, list_rows_for
from annotations.domain.people.skills import set_skills, state_languages
from annotations.models import Rater, Role
from annotations.queries import nouns
from annotations.queries.gates import list_stranded
from annotations.queries.skills import list_languages, list_skills, list_skills_of
from evalplatform.accounts.scopes import Scope
from evalplatform.common.language_tags import LONGEST, PATTERN
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView


class OwnLanguagesSerializer(BodySerializer):
    """Tags of the languages that the caller reads (BCP 47)."""

    languages = serializers.ListField(
        child=serializers.RegexField(PATTERN, max_length=LONGEST), max_length=30
    )


class RaterSkillsBody(BodySerializer):
    """All the skills that the rater has from now on, by name; new names are taken up."""

    skills = serializers.ListField(child=serializers.CharField(max_length=60), max_length=100)


class RaterSkillsSerializer(serializers.Serializer[Any]):
    """A rater's skills here, and the tags of the languages that they say they read."""

    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())


class SkillSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    raters = serializers.IntegerField(help_text="How many have it.")


class DemandSerializer(serializers.Serializer[Any]):
    """What `tasks` that wait for people ask for."""

    language = serializers.CharField(help_text="A tag; empty: any.")
    skills = serializers.ListField(child=serializers.CharField())
    tasks = serializers.IntegerField()


class SkillsSerializer(serializers.Serializer[Any]):
    """The project's skills; `stranded`: what is asked for and nobody who may work there has."""

    skills = SkillSerializer(many=True)
    stranded = DemandSerializer(many=True)


class OwnLanguages(DeclaredView):
    """The languages that the caller reads, in all projects."""

    scopes: ClassVar = {"GET": (Scope.READ, Scope.RATE), "PUT": (Scope.RATE,)}
    bodies: ClassVar = {"PUT": OwnLanguagesSerializer}

    @extend_schema(responses=OwnLanguagesSerializer)
    def get(self, request: Request) -> Response:
        """What the caller says they read."""
        return Response({"languages": list_languages([self.actor.pk]).get(self.actor.pk, ())})

    @extend_schema(responses=OwnLanguagesSerializer)
    def put(self, request: Request) -> Response:
        """Say it anew: tasks that ask for a language are dealt only to those who read it."""
        return Response({"languages": state_languages(user=self.actor, tags=self.read_body()["languages"])})


class Skills(DeclaredView):
    scopes: ClassVar = {"GET": (Scope.READ,)}

    @extend_schema(responses=SkillsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The project's skills, and which tasks nobody may be dealt for want of a language or a skill."""
        project = get_project_for(self.actor, slug, *READERS)
        told = {"skills": list_skills(project), "stranded": list_stranded(project)}
        return Response(SkillsSerializer(told).data)


class RaterSkills(DeclaredView):
    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": RaterSkillsBody}

    @extend_schema(responses=RaterSkillsSerializer)
    def get(self, request: Request, slug: str, public_id: UUID) -> Response:
        """What the rater has and reads."""
        rater = get_object_or_404(list_rows_for(self.actor, slug, nouns.list_raters), public_id=public_id)
        return Response(_describe(rater, list_skills_of(rater)))

    @extend_schema(responses=RaterSkillsSerializer)
    def put(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Let the rater have these skills and no others."""
        raters = list_rows_for(self.actor, slug, nouns.list_raters, Role.RESEARCHER)
        rater = get_object_or_404(raters, public_id=public_id)
        skills = set_skills(rater=rater, names=self.read_body()["skills"], actor=self.actor)
        return Response(_describe(rater, skills))


def _describe(rater: Rater, skills: tuple[str, ...]) -> dict[str, Any]:
    languages = list_languages([rater.user_id]).get(rater.user_id, ()) if rater.user_id else ()
    return RaterSkillsSerializer({"skills": skills, "languages": languages}).data
