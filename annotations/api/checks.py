"""Checks over REST: known answers of tasks, how many checks are asked, and what they say of each rater."""

from typing import Any, ClassVar  # ratings are JSON
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import get_project_for, get_task_to_review_for
from annotations.api.marks_apart import MarksApartField
from annotations.domain.checking.gold import mark_gold, unmark_gold
from annotations.domain.checking.renew_known import approve_known
from annotations.domain.queue.checks import MOST, set_check_shares
from annotations.models import Project, Role
from annotations.queries.check_results import read_check_results
from annotations.queries.checks import list_unrenewed
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView


class ExpectedBodySerializer(BodySerializer):
    """An expected answer in terms of the answers as `GET .../answers/` shows them."""

    ratings = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text="By criterion: a value, or {value, absent, rationale, confidence}.",
    )
    training = serializers.BooleanField(
        default=False,
        help_text="Ask it in training, where raters are shown what is expected, and not as a check.",
    )
    marks_apart = MarksApartField()


class ExpectedSerializer(serializers.Serializer[Any]):
    """`annotation` is the answer of the reference rater `gold` that holds what is expected."""

    annotation = serializers.UUIDField(source="public_id")


class CheckSharesSerializer(BodySerializer):
    """Shares of each rater's tasks, together at most 0.1."""

    gold_share = serializers.FloatField(min_value=0, max_value=MOST, help_text="Tasks of known answer.")
    repeat_share = serializers.FloatField(
        min_value=0, max_value=MOST, help_text="Tasks asked again, at least 50 tasks later."
    )


class ShareSerializer(serializers.Serializer[Any]):
    """`hits` of `n`, with an exact interval of 95 %."""

    hits = serializers.IntegerField()
    n = serializers.IntegerField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class CheckedRaterSerializer(serializers.Serializer[Any]):
    """`gold`: answers as expected; `repeats`: tasks of which the rater said the same again."""

    rater = serializers.UUIDField(source="rater.public_id")
    name = serializers.CharField(source="rater.name")
    gold = ShareSerializer()
    repeats = ShareSerializer()


class CheckedTaskSerializer(serializers.Serializer[Any]):
    """A task of known answer, and how many people answered it as expected; by which version of its rubric."""

    task = serializers.UUIDField(source="task.public_id")
    version = serializers.IntegerField(source="task.rubric.version")
    is_asked = serializers.BooleanField(help_text="False under a version that has been replaced.")
    gold = ShareSerializer()


class ChecksSerializer(serializers.Serializer[Any]):
    """Shares as they are set, raters who were checked, and all tasks of known answer."""

    gold_share = serializers.FloatField()
    repeat_share = serializers.FloatField()
    raters = CheckedRaterSerializer(many=True)
    tasks = CheckedTaskSerializer(many=True)


class TaskGold(DeclaredView):
    """The known answer of a task."""

    scopes: ClassVar = {"PUT": (Scope.SUBMIT,), "DELETE": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": ExpectedBodySerializer}

    @extend_schema(request=ExpectedBodySerializer, responses=ExpectedSerializer)
    def put(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Keep the expected answer; the task leaves the queue and is asked as a check. Safe to send again."""
        task = get_task_to_review_for(self.actor, slug, public_id, Role.RESEARCHER)
        expected = mark_gold(task=task, actor=self.actor, **self.read_body())
        return Response(ExpectedSerializer(expected).data)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Deal the task like any other again, but not to people who met it as a check."""
        task = get_task_to_review_for(self.actor, slug, public_id, Role.RESEARCHER)
        unmark_gold(task=task, actor=self.actor)
        return Response(status=204)


class ApproveSerializer(BodySerializer):
    """Tasks (ids) of known answers that wait; without them all that do."""

    tasks = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=1_000)


class ApprovedSerializer(serializers.Serializer[Any]):
    """How many known answers are asked by the newest version now, and the tasks (ids) of those that still wait."""

    approved = serializers.IntegerField()
    waiting = serializers.ListField(child=serializers.UUIDField())


class CheckApproval(DeclaredView):
    """Known answers whose questions say something else in the newest version of their rubric."""

    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": ApproveSerializer}

    @extend_schema(request=ApproveSerializer, responses=ApprovedSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Say that they hold for the newest words too, and ask them by these."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        approved = approve_known(project=project, tasks=self.read_body().get("tasks"), actor=self.actor)
        waiting = [task.public_id for task in list_unrenewed(project)]
        return Response({"approved": approved, "waiting": waiting})


class CheckSettings(DeclaredView):
    """How many checks are asked, and what they say."""

    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": CheckSharesSerializer}

    @extend_schema(responses=ChecksSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Shares, and for each rater how many checks were answered as expected or the same again."""
        return Response(_describe(get_project_for(self.actor, slug, Role.RESEARCHER)))

    @extend_schema(request=CheckSharesSerializer, responses=ChecksSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Ask so many checks from now on; 0 asks none."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        set_check_shares(project=project, actor=self.actor, **self.read_body())
        return Response(_describe(project))


def _describe(project: Project) -> dict[str, Any]:
    results = read_check_results(project)
    shares = {"gold_share": project.gold_share, "repeat_share": project.repeat_share}
    return dict(ChecksSerializer({**shares, "raters": results.raters, "tasks": results.tasks}).data)
