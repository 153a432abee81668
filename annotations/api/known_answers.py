"""Known answers of many tasks at once over REST."""

from typing import Any, ClassVar  # values are JSON

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import get_project_for
from annotations.api.marks_apart import MarksApartField
from annotations.api.steering import TaskCountSerializer
from annotations.domain.checking.known_answers import (
    LAST_TURN,
    MOST_LINES,
    KnownAnswer,
    adopt_answers,
    keep_known_answers,
)
from annotations.domain.checking.known_marks import UNSAID
from annotations.models import Role
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView


class KnownAnswerSerializer(serializers.Serializer[Any]):
    """What is expected of one task, named by its item's key, its systems and its turn."""

    item = serializers.CharField(max_length=200)
    systems = serializers.ListField(
        child=serializers.CharField(max_length=200), default=list, max_length=20,
        help_text="Left out where the item has one task.",
    )  # fmt: skip
    turn = serializers.IntegerField(
        min_value=1, max_value=LAST_TURN, allow_null=True, default=None,
        help_text="Of a conversation, 1 the first; null: the whole.",
    )  # fmt: skip
    ratings = serializers.DictField(
        child=serializers.JSONField(),
        help_text="By criterion: a value; of a preference the name of the system that wins, or tie; of marked passages"
        " a list, counted in the text that was submitted.",
    )
    training = serializers.BooleanField(default=False)
    why = serializers.CharField(
        max_length=2_000, default="", allow_blank=True, help_text="Shown in training."
    )
    marks_apart = MarksApartField()


class KnownAnswersSerializer(BodySerializer):
    answers = serializers.ListField(child=KnownAnswerSerializer(), min_length=1, max_length=MOST_LINES)


class AdoptSerializer(BodySerializer):
    """So many tasks whose answer this reference rater has given, such as `adjudication`."""

    rater = serializers.CharField(max_length=200)
    count = serializers.IntegerField(min_value=1, max_value=MOST_LINES)
    marks_apart = MarksApartField()


class KnownAnswers(DeclaredView):
    """Known answers of many tasks at once."""

    scopes: ClassVar = {"PUT": (Scope.SUBMIT,), "POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": KnownAnswersSerializer, "POST": AdoptSerializer}

    @extend_schema(request=KnownAnswersSerializer, responses=TaskCountSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Keep all of these known answers, or none where one has a fault. Safe to send again."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        answers = [
            KnownAnswer(
                item=row["item"],
                systems=frozenset(row["systems"]),
                values=row["ratings"],
                turn=row["turn"],
                training=row["training"],
                why=row["why"],
                marks_apart=row.get("marks_apart", UNSAID),
            )
            for row in self.read_body()["answers"]
        ]
        return Response({"tasks": keep_known_answers(project=project, answers=answers, actor=self.actor)})

    @extend_schema(request=AdoptSerializer, responses=TaskCountSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Make tasks checks whose answer a reference rater has given already: a decision, or gold of a study."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        return Response({"tasks": adopt_answers(project=project, actor=self.actor, **self.read_body())})
