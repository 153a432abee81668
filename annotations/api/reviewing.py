"""Settling disagreements over REST: the same verbs as on the pages."""

from typing import Any, ClassVar  # ratings are JSON
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import (
    get_answer_to_review_for,
    get_project_for,
    get_task_to_review_for,
    list_rows_for,
)
from annotations.api.nouns import NounDetail, NounList
from annotations.api.serializers import BlindTaskSerializer
from annotations.domain.reading.shown_answers import show_ratings
from annotations.domain.reading.spans import ShownTexts
from annotations.domain.reviewing.adjudicate import (
    LONGEST_NOTE,
    decide_task,
    find_adjudicator,
    open_discussion,
    send_back,
)
from annotations.domain.reviewing.review_queue import refresh_reviews
from annotations.domain.showing.blinding import blind_task
from annotations.domain.showing.presentation import count_shown, draw_order
from annotations.models import Adjudication, Annotation, Assignment, Review, Task
from annotations.queries.reviews import find_decision, list_reviews
from annotations.queries.standing_answers import list_standing_answers
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView

Order = tuple[int, ...]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A task in the reviewers' queue; `disagreement` is 0 to 1."""

    id = serializers.UUIDField(source="public_id")
    task = serializers.UUIDField(source="task.public_id")

    class Meta:
        model = Review
        fields: ClassVar = ["id", "task", "disagreement", "raters", "state", "created_at"]


class ReviewCollection(NounList[Review]):
    """Tasks that ever entered the reviewers' queue, newest first."""

    rows = staticmethod(list_reviews)
    serializer_class = ReviewSerializer

    def get_queryset(self) -> QuerySet[Review]:
        rows = list_rows_for(self.actor, self.kwargs["slug"], list_reviews)
        refresh_reviews(project=get_project_for(self.actor, self.kwargs["slug"]))
        return rows


class ReviewDetail(NounDetail[Review]):
    """A task in the reviewers' queue."""

    rows = staticmethod(list_reviews)
    serializer_class = ReviewSerializer


class NoteSerializer(BodySerializer):
    """What raters are asked."""

    note = serializers.CharField(max_length=LONGEST_NOTE)


class DecisionBodySerializer(BodySerializer):
    """A decision in terms of the answers as `GET .../answers/` shows them."""

    ratings = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text="By criterion: a value, or {value, absent, rationale, confidence}.",
    )
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")


class DecisionSerializer(serializers.ModelSerializer[Adjudication]):
    """A decision; `annotation` is the answer of the reference rater `adjudication` that holds it."""

    id = serializers.UUIDField(source="public_id")
    annotation = serializers.UUIDField(source="annotation.public_id")

    class Meta:
        model = Adjudication
        fields: ClassVar = ["id", "annotation", "note", "created_at"]


class GivenAnswerSerializer(serializers.ModelSerializer[Annotation]):
    """A rater's answer; `rater` is null until the task has been decided."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField(source="rater.kind")
    rater = serializers.SerializerMethodField()
    ratings = serializers.SerializerMethodField()

    class Meta:
        model = Annotation
        fields: ClassVar = ["id", "kind", "rater", "phase", "seconds", "ratings"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_rater(self, annotation: Annotation) -> str | None:
        return annotation.rater.name if self.context["is_decided"] else None

    @extend_schema_field(serializers.DictField())
    def get_ratings(self, annotation: Annotation) -> dict[str, Any]:
        return show_ratings(
            annotation.ratings.all(), order=self.context["order"], texts=self.context["texts"]
        )


class AnsweredTaskSerializer(serializers.Serializer[Any]):
    """A task as reviewers see it: `first` and `second` in ratings mean A and B here."""

    task = BlindTaskSerializer()
    answers = GivenAnswerSerializer(many=True)
    decision = DecisionSerializer(allow_null=True)


class TaskAnswers(DeclaredView):
    """A blinded task with all answers that stand."""

    scopes: ClassVar = {"GET": (Scope.READ,)}

    @extend_schema(responses=AnsweredTaskSerializer)
    def get(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Answers with their reasons; names of raters only once the task has been decided."""
        task = get_task_to_review_for(self.actor, slug, public_id)
        return Response(_describe_task(task))


class TaskDecision(DeclaredView):
    """A reviewer's decision on a task."""

    scopes: ClassVar = {"PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": DecisionBodySerializer}

    @extend_schema(responses=DecisionSerializer)
    def put(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Decide: the reference rater `adjudication` says this, and raters' answers stay. Safe to send again."""
        task = get_task_to_review_for(self.actor, slug, public_id)
        body = self.read_body()
        decision = decide_task(task=task, ratings=body["ratings"], note=body["note"], reviewer=self.actor)
        return Response(DecisionSerializer(decision).data)


class QueryCountSerializer(serializers.Serializer[Any]):
    """How many raters were asked."""

    asked = serializers.IntegerField()


class TaskDiscussion(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": NoteSerializer}

    @extend_schema(responses=QueryCountSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Show the task's raters what the others said and ask them again; what they answer counts as discussed."""
        task = get_task_to_review_for(self.actor, slug, public_id)
        asked = open_discussion(task=task, note=self.read_body()["note"], reviewer=self.actor)
        return Response({"asked": len(asked)})


class AnnotationReturn(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": NoteSerializer}

    @extend_schema(responses=QueryCountSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Send one answer back to its rater, who revises it or says why it stays."""
        annotation = get_answer_to_review_for(self.actor, slug, public_id)
        send_back(annotation=annotation, note=self.read_body()["note"], reviewer=self.actor)
        return Response({"asked": 1})


def _describe_task(task: Task) -> dict[str, Any]:
    adjudicator = find_adjudicator(project=task.project)
    order = draw_order(task=task, rater=adjudicator, size=count_shown(task))
    decision = find_decision(task)
    blind = blind_task(assignment=Assignment(task=task, rater=adjudicator, project=task.project))
    context = {"order": order, "texts": ShownTexts(task), "is_decided": decision is not None}
    answers = GivenAnswerSerializer(list_standing_answers(task), many=True, context=context).data
    return {
        "task": BlindTaskSerializer(blind).data,
        "answers": answers,
        "decision": DecisionSerializer(decision).data if decision else None,
    }
