"""What raters say of worsened copies, over REST."""

from typing import Any, ClassVar  # serializers of what is no single row

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import get_project_for
from annotations.api.checks import ShareSerializer
from annotations.models import Role, TwinKind
from annotations.queries.scored_copies import read_scored_results
from annotations.queries.twins import read_twin_results
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.views import DeclaredView

LOWER = "How often lower, of those that differ: 1/2 where copies are not told from their originals."


class WonByRaterSerializer(serializers.Serializer[Any]):
    """Of copies beside their originals: how often this rater preferred the original."""

    rater = serializers.UUIDField(help_text="Its id.")
    name = serializers.CharField()
    won = ShareSerializer()


class CountSerializer(serializers.Serializer[Any]):
    """`hits` of `n`, without an interval: answers of one rater, and of all raters to one copy, hang together."""

    hits = serializers.IntegerField()
    n = serializers.IntegerField()


class WonByKindSerializer(serializers.Serializer[Any]):
    """The same for a way to make answers worse, over all raters."""

    kind = serializers.ChoiceField(choices=TwinKind.choices)
    won = CountSerializer()


class SignsSerializer(serializers.Serializer[Any]):
    """How often a copy was scored lower than its original by the same rater, the same, and higher."""

    below = serializers.IntegerField()
    same = serializers.IntegerField()
    above = serializers.IntegerField()
    lower = ShareSerializer(help_text=LOWER)


class KindSignsSerializer(serializers.Serializer[Any]):
    """The same over all raters, without an interval."""

    below = serializers.IntegerField()
    same = serializers.IntegerField()
    above = serializers.IntegerField()
    lower = CountSerializer(help_text=LOWER)


class ScoredByRaterSerializer(serializers.Serializer[Any]):
    """Of copies that this rater scored by themselves, after their originals."""

    rater = serializers.UUIDField(help_text="Its id.")
    name = serializers.CharField()
    scores = SignsSerializer()


class ScoredByKindSerializer(serializers.Serializer[Any]):
    """The same for a way to make answers worse, over all raters."""

    kind = serializers.ChoiceField(choices=TwinKind.choices)
    scores = KindSignsSerializer()


class TwinResultsSerializer(serializers.Serializer[Any]):
    """Copies asked as pairs, and copies scored by themselves; raters by name."""

    pairs = WonByRaterSerializer(many=True)
    pair_kinds = WonByKindSerializer(many=True)
    scored = ScoredByRaterSerializer(many=True)
    scored_kinds = ScoredByKindSerializer(many=True)


class TwinResults(DeclaredView):
    """What raters say of worsened copies."""

    scopes: ClassVar = {"GET": (Scope.READ,)}

    @extend_schema(responses=TwinResultsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """How often originals won, and how copies were scored beside them, by rater and by kind."""
        project = get_project_for(self.actor, slug, Role.RESEARCHER)
        won, scored = read_twin_results(project), read_scored_results(project)
        told = {
            "pairs": [
                {"rater": rater.public_id, "name": rater.name, "won": share} for rater, share in won.raters
            ],
            "pair_kinds": [{"kind": kind, "won": share} for kind, share in won.kinds if kind],
            "scored": [
                {"rater": rater.public_id, "name": rater.name, "scores": order}
                for rater, order in scored.raters
            ],
            "scored_kinds": [{"kind": kind, "scores": order} for kind, order in scored.kinds],
        }
        return Response(TwinResultsSerializer(told).data)
