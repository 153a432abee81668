"""Panels over REST: researchers form them, reviewers read."""

from typing import Any, ClassVar  # weights are JSON

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.nouns import NounDetail, NounList
from evalplatform.accounts.scopes import Scope
from evalplatform.common.hashing import LARGEST_SEED
from evalplatform.rest.fields import BodySerializer
from judges.access import get_project_to_steer_for
from judges.engine.panels import MOST_MEMBERS, form_panel, ring_for_panel
from judges.models import Panel, Weighting
from judges.queries.panels import list_panels, read_weights


class PanelSerializer(serializers.ModelSerializer[Panel]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="rater.name")
    members = serializers.SerializerMethodField(help_text="Kind and name of each: judge:gpt-4.")
    weights = serializers.ChoiceField(source="weighting", choices=Weighting.choices)

    class Meta:
        model = Panel
        fields: ClassVar = [
            "id", "name", "members", "weights", "labels_by", "quorum", "seed", "content_hash", "used_at",
            "created_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_members(self, panel: Panel) -> list[str]:
        raters = [member.rater for member in panel.members.all()]
        return sorted(f"{rater.kind}:{rater.name}" for rater in raters if rater is not None)


class PanelDetailSerializer(PanelSerializer):
    mean_weights = serializers.SerializerMethodField(
        help_text="By criterion and member, over the folds; empty where nothing was learnt."
    )

    class Meta(PanelSerializer.Meta):
        fields: ClassVar = [*PanelSerializer.Meta.fields, "mean_weights"]

    @extend_schema_field(serializers.DictField(child=serializers.DictField(child=serializers.FloatField())))
    def get_mean_weights(self, panel: Panel) -> dict[str, Any]:
        return dict(read_weights(panel))


class PanelOrderSerializer(BodySerializer):
    """A panel to be formed."""

    name = serializers.CharField(max_length=200, trim_whitespace=False)
    members = serializers.ListField(
        child=serializers.CharField(max_length=220, trim_whitespace=False),
        min_length=2,
        max_length=MOST_MEMBERS,
        help_text="Names of judges or metrics of the project, imported ones too.",
    )
    weights = serializers.ChoiceField(choices=Weighting.choices, default=Weighting.EQUAL)
    labels_by = serializers.CharField(
        max_length=220,
        default="people",
        help_text="Whose labels teach the weights: people, reference:gold, …",
    )
    quorum = serializers.IntegerField(
        min_value=1, max_value=MOST_MEMBERS, required=False, allow_null=True,
        help_text="Members that must have spoken on a task; left out: all.",
    )  # fmt: skip
    seed = serializers.IntegerField(min_value=0, max_value=LARGEST_SEED, default=0)


class PanelCollection(NounList[Panel]):
    """Several judges that speak as one rater, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": PanelOrderSerializer}
    rows = staticmethod(list_panels)
    serializer_class = PanelSerializer

    @extend_schema(responses={201: PanelDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Form a panel; a worker writes its verdicts. Asked for again with the same content, the one that is there."""
        project = get_project_to_steer_for(self.actor, slug)
        panel = form_panel(project=project, **self.read_body())
        ring_for_panel(panel=panel)
        return Response(PanelDetailSerializer(panel).data, status=201)


class PanelDetail(NounDetail[Panel]):
    """A panel: members, how they are weighed, and their mean weights."""

    rows = staticmethod(list_panels)
    serializer_class = PanelDetailSerializer
