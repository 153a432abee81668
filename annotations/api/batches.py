"""Batches over REST: submitted once, whatever the network does."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request

from annotations.access import get_project_for, list_batches_for
from annotations.domain.formats.batch_lines import CSV, JSON, NDJSON, BatchDraft, read_batch
from annotations.domain.formats.needs import Needs, read_needs
from annotations.domain.intake.batches import submit_batch
from annotations.domain.planning.plan_batches import PLANNED_TO, plan_batch
from annotations.models import Batch, Project, Role
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.bodies import Body, spool_body
from evalplatform.rest.fields import PageQuery, QuerySerializer
from evalplatform.rest.idempotency import (
    KEY_PARAMETER,
    NamedRequest,
    Reply,
    answer_once,
    find_reply,
    name_request,
    read_key,
)
from evalplatform.rest.parsers import StrictJSONParser, largest_json
from evalplatform.rest.views import DeclaredList

LARGEST_STREAM = 50_000_000  # bytes, inflated


class BatchSerializer(serializers.ModelSerializer[Batch]):
    """A batch as it was taken: what is new, what was there already, what was left out."""

    id = serializers.UUIDField(source="public_id")
    key = serializers.CharField(source="idempotency_key")
    state = serializers.CharField(help_text="accepted: stored; planned: its tasks are there too.")
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields: ClassVar = ["id", "key", "state", "created_at", "counts"]

    def get_counts(self, batch: Batch) -> dict[str, int]:
        return {name: count for name, count in batch.counts.items() if name != PLANNED_TO}


class AcceptedSerializer(serializers.Serializer[Batch]):
    """What is settled once a batch is stored. Its tasks follow: ask `url`."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    faults = serializers.ListField(child=serializers.DictField())


class BatchQuery(QuerySerializer):
    """How a batch is to be taken."""

    partial = serializers.BooleanField(  # type: ignore[assignment]  # a parameter of that name, not the serializer's own
        required=False, default=False, help_text="Leave bad lines out, and say which."
    )
    needs_language = serializers.CharField(
        required=False,
        help_text="Language (BCP 47) that raters must read, of items that ask for nothing themselves.",
    )
    needs_skills = serializers.CharField(
        required=False, help_text="Skills that raters must have, parted by commas, of the same items."
    )


class BatchCollection(DeclaredList, generics.ListAPIView[Batch]):
    """The batches of a project, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.SUBMIT,)}
    queries: ClassVar = {"GET": PageQuery, "POST": BatchQuery}
    bodies: ClassVar = {"POST": None}
    serializer_class = BatchSerializer
    parser_classes = [StrictJSONParser]

    def get_queryset(self) -> QuerySet[Batch]:
        return list_batches_for(self.actor, self.kwargs["slug"])

    @extend_schema(
        parameters=[KEY_PARAMETER],
        request={
            JSON: OpenApiTypes.OBJECT,
            NDJSON: OpenApiTypes.BINARY,
            CSV: OpenApiTypes.BINARY,
        },
        responses={202: AcceptedSerializer},
    )
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Take items and generations: 202 once all of them are stored, 400 with every bad line and nothing stored."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        key, partial, needs = read_key(request), bool(self.query["partial"]), read_needs(self.query)
        limits = {JSON: largest_json(), NDJSON: LARGEST_STREAM, CSV: LARGEST_STREAM}
        with spool_body(request, limits=limits) as body:
            named = name_request(request, key=key, content=body.digest)
            reply = find_reply(named) or _accept(project, named, body, partial=partial, needs=needs)
        return reply.to_response()


def _accept(project: Project, named: NamedRequest, body: Body, *, partial: bool, needs: Needs) -> Reply:
    """Store the batch with its reply, then plan its tasks: what that leaves undone the sweep does."""
    accepted: list[Batch] = []

    def store(draft: BatchDraft) -> Reply:
        batch = submit_batch(project=project, user=named.user, key=named.key, draft=draft)
        accepted.append(batch)
        return Reply.of(202, _describe(batch))

    with read_batch(
        handle=body.file, media_type=body.media_type, content_hash=body.digest, partial=partial, needs=needs
    ) as draft:
        reply = answer_once(named=named, work=lambda: store(draft))
    for batch in accepted:
        plan_batch(batch_id=batch.pk)
    return reply


def _describe(batch: Batch) -> dict[str, object]:
    address = reverse("api-batch", args=[batch.project.slug, batch.public_id])
    return {
        "id": str(batch.public_id),
        "url": address,
        "counts": batch.counts,
        "faults": batch.faults,
    }
