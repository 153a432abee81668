"""Training and the test before real work over REST."""

from typing import Any, ClassVar  # lists of tries are JSON
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import get_project_for, list_rows_for
from annotations.api.noun_serializers import RaterSerializer
from annotations.api.skills import DemandSerializer
from annotations.domain.queue.qualify import MOST_ASKED, MOST_TRIES, set_qualification, waive_test
from annotations.models import Project, Role, Trial
from annotations.queries.known_supply import Shortage, list_shortages
from annotations.queries.nouns import list_raters
from annotations.queries.trials import list_candidates, list_training
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.fields import BodySerializer
from evalplatform.rest.views import DeclaredView


class TestTermsSerializer(BodySerializer):
    """The test before real work; none with `size` 0."""

    size = serializers.IntegerField(min_value=0, max_value=MOST_ASKED, help_text="Known answers in a try.")
    mark = serializers.FloatField(help_text="Share of them that is to be met, above 0, at most 1.")
    tries = serializers.IntegerField(min_value=1, max_value=MOST_TRIES)


class TrialSerializer(serializers.ModelSerializer[Trial]):
    """A try: `hits` of `n`, of which `needed` were needed; null while it runs."""

    class Meta:
        model = Trial
        fields: ClassVar = [
            "number",
            "state",
            "hits",
            "n",
            "needed",
            "created_at",
            "ended_at",
            "recounted_at",
        ]


class TestedRaterSerializer(serializers.Serializer[Any]):
    """A rater and their tries; `qualified_at` is null before real work."""

    rater = serializers.UUIDField(source="rater.public_id")
    name = serializers.CharField(source="rater.name")
    qualified_at = serializers.DateTimeField(source="rater.qualified_at", allow_null=True)
    trials = TrialSerializer(many=True)


class ShortageSerializer(serializers.Serializer[Any]):
    """People who may be asked fewer known answers than all tries need, since the others ask for what they lack."""

    people = serializers.SerializerMethodField(help_text="How many are in this case.")
    known = serializers.IntegerField(help_text="Known answers that they may be asked.")
    lacking = serializers.IntegerField(help_text="How many more all tries of one person need.")
    asked = DemandSerializer(many=True, help_text="What the others ask for.")

    def get_people(self, shortage: Shortage) -> int:
        return len(shortage.people)


class QualificationSerializer(serializers.Serializer[Any]):
    """Terms of the test, training tasks (ids) in their order, and everybody who asked for work."""

    size = serializers.IntegerField()
    mark = serializers.FloatField()
    tries = serializers.IntegerField()
    training = serializers.ListField(child=serializers.UUIDField())
    raters = TestedRaterSerializer(many=True)
    shortages = ShortageSerializer(many=True)


class Qualification(DeclaredView):
    """Training and the test before real work."""

    scopes: ClassVar = {"GET": (Scope.READ,), "PUT": (Scope.SUBMIT,)}
    bodies: ClassVar = {"PUT": TestTermsSerializer}

    @extend_schema(responses=QualificationSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The terms, and who has passed."""
        return Response(_describe(get_project_for(self.actor, slug, Role.RESEARCHER)))

    @extend_schema(request=TestTermsSerializer, responses=QualificationSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Ask this before real work from now on, of everybody who has not passed."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        set_qualification(project=project, actor=self.actor, **self.read_body())
        return Response(_describe(project))


class RaterWaiveTest(DeclaredView):
    scopes: ClassVar = {"POST": (Scope.SUBMIT,)}

    @extend_schema(request=None, responses=RaterSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Let a rater begin real work without the test."""
        raters = list_rows_for(self.actor, slug, list_raters, Role.RESEARCHER)
        rater = get_object_or_404(raters, public_id=public_id)
        waive_test(rater=rater, actor=self.actor)
        return Response(RaterSerializer(rater).data)


def _describe(project: Project) -> dict[str, Any]:
    terms = {"size": project.test_size, "mark": project.test_mark, "tries": project.test_tries}
    training = [task.public_id for task in list_training(project)]
    told = {"training": training, "raters": list_candidates(project), "shortages": list_shortages(project)}
    return dict(QualificationSerializer({**terms, **told}).data)
