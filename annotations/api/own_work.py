"""What a person has done in a project, over REST: pace and pay, and the last answers, which may still be changed."""

from typing import Any, ClassVar  # ratings are JSON

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import find_own_rater_for, find_person_for
from annotations.domain.projects.pay import measure_pace
from annotations.models import Annotation, PayUnit, Phase
from annotations.queries.own_work import list_answered_tasks
from annotations.queries.submissions import list_revisable, phase_as_told
from annotations.views.answered import LAST_SHOWN, own_assignment, show_own_answer
from evalplatform.accounts.scopes import Scope
from evalplatform.common.clock import database_now
from evalplatform.rest.views import DeclaredView

LOOK = (Scope.READ, Scope.RATE)


class WorkSerializer(serializers.Serializer[Any]):
    """Tasks answered, seconds that they took, and USD earned at the pay stated now; null where none is."""

    tasks = serializers.IntegerField()
    seconds = serializers.FloatField()
    earned = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)


class OwnWorkSerializer(serializers.Serializer[Any]):
    """`today` begins at midnight and `week` on Monday, both in the server's time `zone`; `median` seconds a task."""

    pay = serializers.DecimalField(max_digits=8, decimal_places=4, allow_null=True)
    pay_unit = serializers.ChoiceField(choices=PayUnit.choices)
    zone = serializers.CharField()
    today = WorkSerializer()
    week = WorkSerializer()
    all = WorkSerializer()
    median = serializers.FloatField(allow_null=True)


class LastAnswerSerializer(serializers.Serializer[Any]):
    """An answer that stands: change it by its `assignment`, with its id in `If-Match`."""

    id = serializers.UUIDField()
    assignment = serializers.UUIDField()
    phase = serializers.ChoiceField(choices=Phase.choices)
    created_at = serializers.DateTimeField()
    ratings = serializers.DictField(help_text="In terms of what was shown.")


class OwnWork(DeclaredView):
    scopes: ClassVar = {"GET": LOOK}

    @extend_schema(responses=OwnWorkSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What the caller has answered and what it comes to; open to those who were paused."""
        project, rater = find_own_rater_for(self.actor, slug)
        now = timezone.localtime(database_now())
        answered = list_answered_tasks(rater=rater) if rater else []
        pace = measure_pace(project=project, answered=answered, now=now)
        told: dict[str, Any] = {"pay": project.pay, "pay_unit": project.pay_unit, "zone": now.tzname()}
        told |= {"today": pace.today, "week": pace.week, "all": pace.all, "median": pace.median}
        return Response(OwnWorkSerializer(told).data)


class LastAnswers(DeclaredView):
    scopes: ClassVar = {"GET": LOOK}

    @extend_schema(responses=LastAnswerSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The caller's last ten answers that may still be changed, newest first."""
        rater = find_person_for(self.actor, slug)
        answers = list_revisable(rater=rater)[:LAST_SHOWN] if rater else []
        return Response(LastAnswerSerializer([_describe(answer) for answer in answers], many=True).data)


def _describe(answer: Annotation) -> dict[str, Any]:
    assignment = own_assignment(answer)
    return {
        "id": answer.public_id,
        "assignment": assignment.public_id,
        "phase": phase_as_told(answer),
        "created_at": answer.created_at,
        "ratings": show_own_answer(answer, assignment),
    }
