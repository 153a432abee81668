"""What researchers change while people work: the order of the queue, what is asked, who is asked."""

from typing import ClassVar
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import get_archived_for, get_project_for, list_rows_for
from annotations.api.noun_serializers import RaterSerializer
from annotations.domain.people.pausing import deactivate_rater, reactivate_rater
from annotations.domain.planning.archiving import archive_project, restore_project
from annotations.domain.planning.prioritise import prioritise_tasks
from annotations.domain.planning.tasks import LARGEST_PRIORITY
from annotations.domain.planning.withdraw import withdraw_item
from annotations.models import Rater, Role
from annotations.queries import nouns
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView

MOST_TASKS = 10_000


class PrioritySerializer(BodySerializer):
    """Tasks, and the priority they get: 0 is that of all others."""

    tasks = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_TASKS)
    priority = serializers.IntegerField(min_value=0, max_value=LARGEST_PRIORITY)


class TaskCountSerializer(serializers.Serializer[dict[str, int]]):
    """How many tasks were changed."""

    tasks = serializers.IntegerField()


class PriorityCollection(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}
    bodies: ClassVar = {"POST": PrioritySerializer}

    @extend_schema(request=PrioritySerializer, responses=TaskCountSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Deal these tasks first, or with priority 0 as before. The project counts as exploratory from then on."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        body = self.read_body()
        count = prioritise_tasks(
            project=project, task_ids=body["tasks"], priority=body["priority"], actor=self.actor
        )
        return Response({"tasks": count})


class ItemWithdraw(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}

    @extend_schema(request=None, responses=TaskCountSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Ask nobody about this item any more. Answers stay; late ones are kept as surplus."""
        items = list_rows_for(self.actor, slug, nouns.list_items, Role.RESEARCHER)
        item = get_object_or_404(items, public_id=public_id)
        return Response({"tasks": withdraw_item(item=item, actor=self.actor)})


class RaterSteer(DeclaredView):
    """Changes one rater by `verb`."""

    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}
    verb: ClassVar["staticmethod[..., Rater]"]

    @extend_schema(request=None, responses=RaterSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        raters = list_rows_for(self.actor, slug, nouns.list_raters, Role.RESEARCHER)
        rater = get_object_or_404(raters, public_id=public_id)
        return Response(RaterSerializer(type(self).verb(rater=rater, actor=self.actor)).data)


class RaterDeactivate(RaterSteer):
    """Pauses a person: what they hold goes back to the queue at once."""

    verb = staticmethod(deactivate_rater)


class RaterReactivate(RaterSteer):
    """Lets a paused person work again."""

    verb = staticmethod(reactivate_rater)


class ProjectArchive(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, slug: str) -> Response:
        """Close the project to everybody. Its researchers can restore it for 30 days; then it is deleted."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        archive_project(project=project, actor=self.actor)
        return Response(status=204)


class ProjectRestore(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, slug: str) -> Response:
        """Open an archived project again; its judge runs stay paused."""
        restore_project(project=get_archived_for(self.actor, slug), actor=self.actor)
        return Response(status=204)
