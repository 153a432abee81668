"""Claiming and answering over REST: the same verbs as the rating page."""

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import ensure_person_for, get_assignment_for, list_assignments_for
from annotations.api.serializers import (
    AnnotationSerializer,
    AssignmentSerializer,
    AssignmentSummarySerializer,
    LeaseSerializer,
    SkipSerializer,
    SubmissionSerializer,
)
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import renew_assignment, skip_assignment
from annotations.domain.submitting.annotate import Submission, record_annotation, revise_annotation
from annotations.domain.submitting.undo import retract_annotation
from annotations.models import Annotation, Assignment
from annotations.queries.submissions import find_current_annotation, find_named_annotation
from evalplatform.accounts.models import User
from evalplatform.accounts.scopes import Scope
from evalplatform.common.errors import Conflict, Missing
from evalplatform.rest.fields import represent
from evalplatform.rest.views import DeclaredList, DeclaredView

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="Id of the answer that this one revises."
)

LOOK = (Scope.READ, Scope.RATE)


class AssignmentCollection(DeclaredList, ListAPIView[Assignment]):
    """The caller's own assignments in a project."""

    scopes: ClassVar = {"GET": LOOK, "POST": (Scope.RATE,)}
    serializer_class = AssignmentSummarySerializer
    queryset = Assignment.objects.none()  # names the model for the schema

    def get_queryset(self) -> QuerySet[Assignment]:
        return list_assignments_for(self.actor, self.kwargs["slug"])

    @extend_schema(responses={201: AssignmentSerializer, 204: None})
    def post(self, request: Request, slug: str) -> Response:
        """Claim the next task: the live lease again, 204 when nothing is left, 503 while others hold the rest."""
        assignment = claim_assignment(rater=ensure_person_for(self.actor, slug))
        if assignment is None:
            return Response(status=204)
        return Response(represent(AssignmentSerializer, assignment), status=201)


class AssignmentDetail(DeclaredView):
    """One of the caller's own assignments."""

    scopes: ClassVar = {"GET": LOOK}

    @extend_schema(responses=AssignmentSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The blinded task."""
        return Response(represent(AssignmentSerializer, get_assignment_for(self.actor, public_id)))


class AssignmentHeartbeat(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.RATE,)}

    @extend_schema(responses=LeaseSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Keep the lease; 409 when it has ended."""
        assignment = renew_assignment(assignment=get_assignment_for(self.actor, public_id))
        return Response(represent(LeaseSerializer, assignment))


class AssignmentSkip(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.RATE,)}
    bodies: ClassVar = {"POST": SkipSerializer}

    @extend_schema(responses=AssignmentSummarySerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give the task up with a reason; it goes to somebody else."""
        assignment = get_assignment_for(self.actor, public_id)
        body = self.read_body()
        skipped = skip_assignment(assignment=assignment, reason=body["reason"])
        return Response(AssignmentSummarySerializer(skipped).data)


class AssignmentAnnotation(DeclaredView):
    """The answer to an assignment."""

    scopes: ClassVar = {"GET": LOOK, "PUT": (Scope.RATE,), "DELETE": (Scope.RATE,)}
    bodies: ClassVar = {"PUT": SubmissionSerializer}

    @extend_schema(responses=AnnotationSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The current answer; its ETag is what a revision must name."""
        return _answer(_current_annotation(self.actor, public_id), 200)

    @extend_schema(
        parameters=[IF_MATCH],
        responses={200: AnnotationSerializer, 201: AnnotationSerializer},
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Submit: 201 new; 200 the same again, or kept as surplus; 409 where another is stored. `If-Match`: a revision.

        The body of such a 409 holds both: `stored` with its id (for `If-Match`) and its ratings, and `sent`.
        """
        assignment = get_assignment_for(self.actor, public_id)
        body = self.read_body()
        named = request.headers.get("If-Match")
        submission = (
            record_annotation(assignment=assignment, **body)
            if named is None
            else revise_annotation(annotation=_find_named(assignment, named), **body)
        )
        return _answer(submission.annotation, _status_of(submission))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Retract the current answer; its place is dealt again."""
        retract_annotation(annotation=_current_annotation(self.actor, public_id))
        return Response(status=204)


def _current_annotation(actor: User, public_id: UUID) -> Annotation:
    assignment = get_assignment_for(actor, public_id)
    annotation = find_current_annotation(assignment=assignment)
    if annotation is None:
        raise Missing("This assignment has no answer.")
    return annotation


def _find_named(assignment: Assignment, named: str) -> Annotation:
    """The answer that If-Match names, current or not: the domain tells a repeated revision from a stale one."""
    try:
        public_id = UUID(named.strip().removeprefix("W/").strip('"'))
    except ValueError:
        raise Conflict("If-Match names no answer to this assignment.") from None
    annotation = find_named_annotation(assignment=assignment, public_id=public_id)
    if annotation is None:
        raise Conflict("If-Match names no answer to this assignment.")
    return annotation


def _status_of(submission: Submission) -> int:
    return 201 if submission.created and submission.counted else 200


def _answer(annotation: Annotation, status: int) -> Response:
    return Response(
        represent(AnnotationSerializer, annotation),
        status=status,
        headers={"ETag": f'"{annotation.public_id}"'},
    )
