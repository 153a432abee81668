"""Prompts over REST: versions, what changed between two, and the exact request that one makes of a task."""

from typing import Any, ClassVar  # what is shown is no one model
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.nouns import NounDetail, NounList
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer, QuerySerializer
from evalplatform.rest.views import DeclaredView
from judges.access import get_project_to_steer_for, get_prompt_for, get_task_to_judge_for
from judges.engine.versions.prompt_versions import preview_request, save_prompt
from judges.models import Prompt
from judges.queries.prompts import diff_prompts, find_earlier, list_prompts, write_unified


class PromptSerializer(serializers.ModelSerializer[Prompt]):
    id = serializers.UUIDField(source="public_id")
    judges = serializers.IntegerField(source="judge_count", default=0, help_text="How many are told it.")
    used_at = serializers.DateTimeField(
        default=None, allow_null=True, help_text="From then on it never changes."
    )

    class Meta:
        model = Prompt
        fields: ClassVar = [
            "id", "key", "version", "protocol", "language", "note", "library", "content_hash", "judges", "used_at",
            "created_at",
        ]  # fmt: skip


class PromptDetailSerializer(PromptSerializer):
    class Meta(PromptSerializer.Meta):
        fields: ClassVar = [*PromptSerializer.Meta.fields, "system_template", "user_template"]


class PromptOrderSerializer(BodySerializer):
    """A version to be kept. The same texts again give the version that is there."""

    key = serializers.CharField(max_length=64, help_text="What its versions go by.")
    protocol = serializers.CharField(max_length=32)
    system_template = serializers.CharField(allow_blank=True, trim_whitespace=False)
    user_template = serializers.CharField(trim_whitespace=False)
    language = serializers.CharField(default="", allow_blank=True, max_length=16)
    note = serializers.CharField(
        default="", allow_blank=True, max_length=300, help_text="What is new in this version."
    )


class SavedPromptSerializer(serializers.Serializer[Any]):
    """A version that was kept, and what its author should look at."""

    prompt = PromptDetailSerializer()
    is_new = serializers.BooleanField()
    remarks = serializers.ListField(child=serializers.CharField())


class PreviewQuery(QuerySerializer):
    """Which request."""

    task = serializers.UUIDField(required=False, help_text="Left out, the first open one that fits.")
    order = serializers.CharField(required=False, max_length=100, help_text="`0,1` or `1,0`; of pairs.")


class PreviewSerializer(serializers.Serializer[Any]):
    """What a model would be sent, word for word; no call is made."""

    task = serializers.UUIDField(source="task.public_id")
    shown_order = serializers.CharField()
    system = serializers.CharField()
    user = serializers.CharField()
    schema = serializers.JSONField(help_text="JSON schema of the reply.")
    signs = serializers.ListField(
        child=serializers.CharField(), help_text="What in the answers looks like speaking to the judge."
    )


class DiffQuery(QuerySerializer):
    """From which version."""

    against = serializers.UUIDField(
        required=False,
        help_text="Id of the older one; left out, the version before, and nothing for a first one.",
    )


class DiffSerializer(serializers.Serializer[Any]):
    """What changed since another version, as unified diffs; empty where nothing did."""

    against = serializers.UUIDField(allow_null=True)
    system = serializers.CharField()
    user = serializers.CharField()


class PromptCollection(NounList[Prompt]):
    """Versions of the project's prompts, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": PromptOrderSerializer}
    rows = staticmethod(list_prompts)
    serializer_class = PromptSerializer

    @extend_schema(responses={201: SavedPromptSerializer, 200: SavedPromptSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Keep a version once it has been filled with made-up material and a real task; 200 if it was there."""
        project = get_project_to_steer_for(self.actor, slug)
        saved = save_prompt(project=project, user=self.actor, **self.read_body())
        shown = {"prompt": saved.prompt, "is_new": saved.is_new, "remarks": list(map(str, saved.remarks))}
        return Response(SavedPromptSerializer(shown).data, status=201 if saved.is_new else 200)


class PromptDetail(NounDetail[Prompt]):
    """A version with its templates."""

    rows = staticmethod(list_prompts)
    serializer_class = PromptDetailSerializer


class PromptPreview(DeclaredView):
    """The exact request of a task."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    queries: ClassVar = {"GET": PreviewQuery}

    @extend_schema(responses=PreviewSerializer)
    def get(self, request: Request, slug: str, public_id: UUID) -> Response:
        """What a judge with this prompt would send; 404 where the project has no such task."""
        prompt = get_prompt_for(self.actor, slug, public_id)
        task = get_task_to_judge_for(self.actor, slug, prompt, self.query.get("task"))
        seen = preview_request(prompt=prompt, task=task, shown_order=self.query.get("order", ""))
        return Response(PreviewSerializer(seen).data)


class PromptDiff(DeclaredView):
    """What changed since another version."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    queries: ClassVar = {"GET": DiffQuery}

    @extend_schema(responses=DiffSerializer)
    def get(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Unified diffs of both templates, from `against` to this version."""
        new = get_prompt_for(self.actor, slug, public_id)
        against = self.query.get("against")
        old = get_prompt_for(self.actor, slug, against) if against else find_earlier(new)
        diff = diff_prompts(old or Prompt(), new)
        return Response(
            {
                "against": str(old.public_id) if old else None,
                "system": write_unified(diff.system),
                "user": write_unified(diff.user),
            }
        )
