"""Choosing a prompt over REST: researchers start, reviewers read."""

from typing import Any, ClassVar  # terms and figures are JSON

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.nouns import NounDetail, NounList
from annotations.models import Project
from evalplatform.accounts.scopes import Scope
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import LARGEST_SEED
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView
from judges.access import get_project_to_steer_for
from judges.api.money_serializers import ForecastSerializer
from judges.api.serializers import DollarsField
from judges.engine.choosing.order import MOST_CANDIDATES, Order
from judges.engine.choosing.starting import forecast_choice, start_choice
from judges.models import PromptCandidate, PromptChoice
from judges.queries.connections import find_granted
from judges.queries.prompt_choices import list_prompt_choices


class CandidateSerializer(serializers.ModelSerializer[PromptCandidate]):
    """A prompt in a choice."""

    prompt = serializers.UUIDField(source="prompt.public_id")
    name = serializers.CharField(source="prompt.__str__", help_text="Of the prompt, with its version.")
    judge = serializers.UUIDField(source="judge.public_id")
    run = serializers.UUIDField(
        source="run.public_id", help_text="Paused, resumed and called off as any run."
    )
    run_state = serializers.CharField(source="run.state")

    class Meta:
        model = PromptCandidate
        fields: ClassVar = ["prompt", "name", "judge", "run", "run_state"]


class PromptChoiceSerializer(serializers.ModelSerializer[PromptChoice]):
    id = serializers.UUIDField(source="public_id")
    judge = serializers.UUIDField(
        source="judge.public_id", default=None, allow_null=True, help_text="That came of it; null: not yet."
    )
    tasks = serializers.SerializerMethodField(help_text="Labelled tasks that the candidates judge.")
    candidates = CandidateSerializer(many=True)

    class Meta:
        model = PromptChoice
        fields: ClassVar = [
            "id", "name", "state", "judge", "tasks", "candidates", "terms", "content_hash", "created_at", "decided_at",
        ]  # fmt: skip

    def get_tasks(self, choice: PromptChoice) -> int:
        return len(choice.labels)


class PromptChoiceDetailSerializer(PromptChoiceSerializer):
    class Meta(PromptChoiceSerializer.Meta):
        fields: ClassVar = [*PromptChoiceSerializer.Meta.fields, "figures", "labels", "result_hash"]


class ChoiceOrderSerializer(BodySerializer):
    """A choice to be started, or thought through."""

    name = serializers.CharField(
        max_length=150, trim_whitespace=False, help_text="Of the judge that comes of it."
    )
    prompts = serializers.ListField(
        child=serializers.CharField(max_length=100, trim_whitespace=False),
        min_length=2,
        max_length=MOST_CANDIDATES,
        help_text="mine@1, mine@2 or names of the library.",
    )
    connection = serializers.CharField(max_length=200, trim_whitespace=False, help_text="Its name.")
    model = serializers.CharField(max_length=200, trim_whitespace=False)
    parameters = serializers.DictField(default=dict, help_text="Of the judge.")
    labels_by = serializers.CharField(
        max_length=220, default="people", help_text="Who is right: people, reference:gold, …"
    )
    criterion = serializers.CharField(
        max_length=420, default="", allow_blank=True, help_text="Left out: the only one that has labels."
    )
    share = serializers.FloatField(
        min_value=0.01, max_value=0.9, default=0.2, help_text="Of the items: kept for the choice."
    )
    seed = serializers.IntegerField(min_value=0, max_value=LARGEST_SEED, default=0)
    budget = DollarsField(min_value=0.000001, required=False, allow_null=True)


class CandidateForecastSerializer(serializers.Serializer[Any]):
    prompt = serializers.CharField()
    forecast = ForecastSerializer()


class ChoiceForecastSerializer(serializers.Serializer[Any]):
    """What the candidates would come to."""

    tasks = serializers.IntegerField(help_text="Labelled tasks that each would judge.")
    criterion = serializers.CharField()
    candidates = CandidateForecastSerializer(many=True)


class PromptChoiceCollection(NounList[PromptChoice]):
    """Choices of prompts, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": ChoiceOrderSerializer}
    rows = staticmethod(list_prompt_choices)
    serializer_class = PromptChoiceSerializer

    @extend_schema(responses={201: PromptChoiceDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Let prompts judge labelled tasks of a split; the best becomes a judge that never rates these items."""
        project = get_project_to_steer_for(self.actor, slug)
        choice = start_choice(project=project, order=read_order(project, self.read_body()), user=self.actor)
        return Response(
            PromptChoiceDetailSerializer(list_prompt_choices(project).get(pk=choice.pk)).data, status=201
        )


class PromptChoiceDetail(NounDetail[PromptChoice]):
    """A choice: candidates, labels, figures with their intervals, and the judge that came of it."""

    rows = staticmethod(list_prompt_choices)
    serializer_class = PromptChoiceDetailSerializer


class PromptChoiceForecast(DeclaredView):
    """What a choice would come to, before a cent is spent."""

    scopes: ClassVar = {"POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": ChoiceOrderSerializer}

    @extend_schema(request=ChoiceOrderSerializer, responses=ChoiceForecastSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Calls, tokens, cost and time of each candidate; nothing is written."""
        project = get_project_to_steer_for(self.actor, slug)
        told = forecast_choice(project=project, order=read_order(project, self.read_body()))
        candidates = [{"prompt": prompt, "forecast": forecast} for prompt, forecast in told.candidates]
        shape = {"tasks": told.tasks, "criterion": told.criterion, "candidates": candidates}
        return Response(ChoiceForecastSerializer(shape).data)


def read_order(project: Project, body: dict[str, Any]) -> Order:
    """The order in a body, its connection found by name. Raises Invalid."""
    held = find_granted(project, body["connection"])
    if len(held) != 1:
        words = (
            "several connections have this name" if held else "the project may use no connection of this name"
        )
        raise Invalid.at(words, field="connection")
    return Order(**{**body, "prompts": tuple(body["prompts"]), "connection": held[0]})
