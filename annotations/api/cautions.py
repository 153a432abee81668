"""The rule on checks over REST: what it is, what it found, and what raters and researchers say to that."""

from collections.abc import Sequence
from typing import Any, ClassVar  # cautions with their tasks are JSON
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import (
    find_own_rater_for,
    get_caution_for,
    get_objection_for,
    get_own_caution_for,
    get_project_for,
    list_rows_for,
)
from annotations.domain.checking.cautions import (
    MOST_CHECKS,
    answer_caution,
    end_caution,
    see_cautions,
    set_rule,
)
from annotations.domain.checking.objections import contest_check, decide_objection
from annotations.domain.reading.remarks import LONGEST
from annotations.models import Caution, Objection, Project, Role, RuleEffect
from annotations.queries.cautions import list_cautions, list_cautions_of
from annotations.queries.checked_answers import find_missed, find_missed_task
from evalplatform.accounts.scopes import Scope
from evalplatform.common.errors import Invalid
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredList, DeclaredView


class RuleSerializer(BodySerializer):
    """What follows from checks: a floor that is null is not looked at."""

    gold_floor = serializers.FloatField(
        allow_null=True, help_text="Share of known answers, above 0, below 1."
    )
    repeat_floor = serializers.FloatField(allow_null=True, help_text="Share of repeats answered the same.")
    least_checks = serializers.IntegerField(min_value=1, max_value=MOST_CHECKS)
    effect = serializers.ChoiceField(choices=RuleEffect.choices)


class ObjectionSerializer(serializers.ModelSerializer[Objection]):
    """A rater's word against a known answer."""

    id = serializers.UUIDField(source="public_id")
    task = serializers.UUIDField(source="task.public_id")

    class Meta:
        model = Objection
        fields: ClassVar = ["id", "task", "text", "state", "reply", "created_at", "decided_at"]


class OwnCautionSerializer(serializers.ModelSerializer[Caution]):
    """What the rule found about the caller; `missed` are the tasks (ids) that it counted as missed."""

    id = serializers.UUIDField(source="public_id")
    missed = serializers.SerializerMethodField()
    objections = ObjectionSerializer(many=True)

    class Meta:
        model = Caution
        fields: ClassVar = [
            "id", "ground", "effect", "state", "hits", "n", "issued_hits", "issued_n", "recounted_at", "floor",
            "answer", "reply", "created_at", "ended_at",
            "missed", "objections",
        ]  # fmt: skip

    def get_missed(self, caution: Caution) -> list[UUID]:
        missed: dict[int, list[UUID]] = self.context["missed"]
        return missed[caution.pk]


class CautionSerializer(serializers.ModelSerializer[Caution]):
    """What the rule found about a rater, and what both sides said."""

    id = serializers.UUIDField(source="public_id")
    rater = serializers.UUIDField(source="rater.public_id")
    objections = ObjectionSerializer(many=True)

    class Meta:
        model = Caution
        fields: ClassVar = [
            "id", "rater", "ground", "effect", "state", "hits", "n", "issued_hits", "issued_n", "recounted_at", "floor",
            "seen_at", "answer", "answered_at",
            "reply", "created_at", "ended_at", "objections",
        ]  # fmt: skip


class WordSerializer(BodySerializer):
    text = serializers.CharField(max_length=LONGEST)


class ContestSerializer(BodySerializer):
    """A missed check, and why what is expected of it is wrong."""

    task = serializers.UUIDField()
    text = serializers.CharField(max_length=LONGEST)


class DecisionOnObjectionSerializer(BodySerializer):
    """`withdraw`: the known answer goes, and all is counted again; else it stands."""

    withdraw = serializers.BooleanField()
    reply = serializers.CharField(max_length=LONGEST)


class ReplyToCautionSerializer(BodySerializer):
    reply = serializers.CharField(max_length=LONGEST)


class CheckRule(DeclaredView):
    """What follows from checks by itself."""

    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": RuleSerializer}

    @extend_schema(responses=RuleSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The rule as it is set."""
        return Response(_describe(get_project_for(self.actor, slug, Role.RESEARCHER)))

    @extend_schema(request=RuleSerializer, responses=RuleSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Let this follow from checks from now on; with both floors null nothing does."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        body = self.read_body()
        effect = RuleEffect(body.pop("effect"))
        set_rule(project=project, actor=self.actor, effect=effect, **body)
        return Response(_describe(project))


class CautionCollection(DeclaredList, ListAPIView[Caution]):
    """What the rule found about raters, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    serializer_class = CautionSerializer

    def get_queryset(self) -> QuerySet[Caution]:
        return list_rows_for(self.actor, self.kwargs["slug"], list_cautions, Role.RESEARCHER)


class CautionEnd(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": ReplyToCautionSerializer}

    @extend_schema(request=ReplyToCautionSerializer, responses=CautionSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Let the rater go on, with a word to them; their checks are counted afresh."""
        caution = get_caution_for(self.actor, slug, public_id)
        end_caution(caution=caution, reply=self.read_body()["reply"], actor=self.actor)
        return Response(CautionSerializer(caution).data)


class ObjectionDecision(DeclaredView):
    scopes: ClassVar = {"PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": DecisionOnObjectionSerializer}

    @extend_schema(request=DecisionOnObjectionSerializer, responses=ObjectionSerializer)
    def put(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Let a contested known answer stand, or withdraw it: then cautions are counted again."""
        objection = get_objection_for(self.actor, slug, public_id)
        decide_objection(objection=objection, actor=self.actor, **self.read_body())
        objection.refresh_from_db()
        return Response(ObjectionSerializer(objection).data)


class OwnCautions(DeclaredView):
    """What the rule found about the caller."""

    scopes: ClassVar = {"GET": (Scope.READ, Scope.RATE)}

    @extend_schema(responses=OwnCautionSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The caller's own, newest first, 100 at most; open to those who were paused."""
        _, rater = find_own_rater_for(self.actor, slug)
        cautions = list(list_cautions_of(rater)[:100]) if rater else []
        if rater and cautions:
            see_cautions(rater=rater)
        return Response(_describe_own(cautions))


class OwnCautionAnswer(DeclaredView):
    scopes: ClassVar = {"PUT": (Scope.RATE,)}
    bodies: ClassVar = {"PUT": WordSerializer}

    @extend_schema(request=WordSerializer, responses=OwnCautionSerializer)
    def put(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Say something to a caution of yours."""
        caution = get_own_caution_for(self.actor, slug, public_id)
        answer_caution(caution=caution, text=self.read_body()["text"])
        return Response(_describe_own([caution])[0])


class OwnCautionObjections(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.RATE,)}
    bodies: ClassVar = {"POST": ContestSerializer}

    @extend_schema(request=ContestSerializer, responses={201: ObjectionSerializer})
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Contest a known answer that a caution of yours counted as missed."""
        caution = get_own_caution_for(self.actor, slug, public_id)
        body = self.read_body()
        task = find_missed_task(caution, str(body["task"]))
        if task is None:
            raise Invalid.at("not a check that this caution counts as missed", field="task")
        objection = contest_check(caution=caution, task=task, text=body["text"])
        return Response(ObjectionSerializer(objection).data, status=201)


def _describe_own(cautions: Sequence[Caution]) -> list[Any]:
    """Cautions of one rater, with the tasks that each counts as missed."""
    missed = find_missed(rater=cautions[0].rater, cautions=cautions) if cautions else {}
    return list(OwnCautionSerializer(cautions, many=True, context={"missed": missed}).data)


def _describe(project: Project) -> dict[str, Any]:
    return {
        "gold_floor": project.gold_floor,
        "repeat_floor": project.repeat_floor,
        "least_checks": project.least_checks,
        "effect": project.rule_effect,
    }
