"""What raters remark and what they are asked, over REST: the same verbs as on the pages."""

from typing import Any, ClassVar  # serializers of plain mappings
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import find_own_rater_for, get_assignment_for, get_remark_for, list_rows_for
from annotations.domain.reading.remarks import LONGEST, add_remark, reply_to_remark
from annotations.models import Query, Remark, RemarkKind
from annotations.queries.messages import list_open_queries, list_remarks, list_remarks_of
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredList, DeclaredView


class RemarkBodySerializer(BodySerializer):
    """What a rater has to say about a task."""

    kind = serializers.ChoiceField(choices=RemarkKind.choices, default=RemarkKind.COMMENT)
    text = serializers.CharField(max_length=LONGEST)


class OwnRemarkSerializer(serializers.ModelSerializer[Remark]):
    """A rater's own remark with its reply, empty until there is one."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Remark
        fields: ClassVar = ["id", "kind", "text", "reply", "replied_at", "created_at"]


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    """A remark of a rater on a task."""

    id = serializers.UUIDField(source="public_id")
    task = serializers.UUIDField(source="task.public_id")
    rater = serializers.CharField(source="rater.name")

    class Meta:
        model = Remark
        fields: ClassVar = ["id", "task", "rater", "kind", "text", "reply", "replied_at", "created_at"]


class RemarkCollection(DeclaredList, ListAPIView[Remark]):
    """What raters remarked, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    serializer_class = RemarkSerializer
    queryset = Remark.objects.none()  # names the model for the schema

    def get_queryset(self) -> QuerySet[Remark]:
        return list_rows_for(self.actor, self.kwargs["slug"], list_remarks)


class RemarkDetail(DeclaredView, RetrieveAPIView[Remark]):
    """What a rater remarked."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    lookup_field = "public_id"
    serializer_class = RemarkSerializer
    queryset = Remark.objects.none()  # names the model for the schema

    def get_queryset(self) -> QuerySet[Remark]:
        return list_rows_for(self.actor, self.kwargs["slug"], list_remarks)


class ReplyBodySerializer(BodySerializer):
    text = serializers.CharField(max_length=LONGEST)


class RemarkReply(DeclaredView):
    scopes: ClassVar = {"PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": ReplyBodySerializer}

    @extend_schema(responses=RemarkSerializer)
    def put(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Answer a remark; its rater sees it."""
        remark = get_remark_for(self.actor, slug, public_id)
        told = reply_to_remark(remark=remark, text=self.read_body()["text"], actor=self.actor)
        return Response(RemarkSerializer(told).data)


class AssignmentRemarks(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.RATE,)}
    bodies: ClassVar = {"POST": RemarkBodySerializer}

    @extend_schema(responses={201: OwnRemarkSerializer})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Say something about a task of yours; the researchers reply under `messages/`."""
        assignment = get_assignment_for(self.actor, public_id)
        remark = add_remark(assignment=assignment, **self.read_body())
        return Response(OwnRemarkSerializer(remark).data, status=201)


class QuerySerializer(serializers.ModelSerializer[Query]):
    """What a reviewer asks about an answer: revise it (`assignment`, `If-Match` its id), or keep it on the page."""

    id = serializers.UUIDField(source="public_id")
    assignment = serializers.UUIDField(source="annotation.assignment.public_id")
    annotation = serializers.UUIDField(source="annotation.public_id")

    class Meta:
        model = Query
        fields: ClassVar = ["id", "kind", "note", "assignment", "annotation", "created_at"]


class MessagesSerializer(serializers.Serializer[Any]):
    """The caller's own: open questions, oldest first, and remarks, newest first, 100 of each."""

    queries = QuerySerializer(many=True)
    remarks = OwnRemarkSerializer(many=True)


class MessageCollection(DeclaredView):
    """What goes between the caller and the reviewers of a project."""

    scopes: ClassVar = {"GET": (Scope.READ, Scope.RATE)}

    @extend_schema(responses=MessagesSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What is asked of the caller, and what became of their remarks; open to those who were paused."""
        _, rater = find_own_rater_for(self.actor, slug)
        queries = list_open_queries(rater)[:100] if rater else []
        remarks = list_remarks_of(rater)[:100] if rater else []
        return Response(MessagesSerializer({"queries": queries, "remarks": remarks}).data)
