"""GET /api/v1/projects/{slug}/batches/{id}/: how far a batch is, for people and judges together."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import get_batch_for
from annotations.api.batches import BatchSerializer
from annotations.queries.batch_progress import is_rated, list_batch_tasks, read_batch_progress
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.views import DeclaredView
from judges.engine.planning.plan import are_judged


class BatchProgressSerializer(BatchSerializer):
    """A batch with the counts of now: its tasks, their places for people, how many are done."""

    tasks = serializers.IntegerField()
    places = serializers.IntegerField()
    done = serializers.IntegerField()
    decided = serializers.BooleanField(help_text="No place for people is open and no judge is waited for.")

    class Meta(BatchSerializer.Meta):
        fields = [*BatchSerializer.Meta.fields, "tasks", "places", "done", "decided", "faults"]


class BatchDetail(DeclaredView):
    """A batch, its progress, and the lines that partial mode left out."""

    scopes: ClassVar = {"GET": (Scope.READ,)}

    @extend_schema(operation_id="projects_batch", responses=BatchProgressSerializer)
    def get(self, request: Request, slug: str, public_id: UUID) -> Response:
        batch = get_batch_for(self.actor, slug, public_id)
        progress = read_batch_progress(batch)
        counted = {"tasks": progress.tasks, "places": progress.places, "done": progress.done}
        decided = is_rated(batch, progress) and are_judged(
            project=batch.project, tasks=list_batch_tasks(batch)
        )
        return Response(
            {**BatchSerializer(batch).data, **counted, "decided": decided, "faults": batch.faults}
        )
