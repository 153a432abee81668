"""Rater cards over REST: each rater beside the others on the same tasks."""

from typing import Any, ClassVar  # estimates are JSON

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.access import READERS, get_project_for
from annotations.queries.rater_cards import NamedCard, find_cards, list_comparable
from evalplatform.accounts.scopes import Scope
from evalplatform.common.errors import Missing
from evalplatform.rest.fields import QuerySerializer
from evalplatform.rest.views import DeclaredView


class CardsQuery(QuerySerializer):
    criterion = serializers.CharField(required=False, help_text="Its name in reports; left out: the first.")


class SignSerializer(serializers.Serializer[Any]):
    """One sign: `value` against what is `usual`; named (`stands_out`) where `adjusted` is at most 0.05."""

    name = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    usual = serializers.FloatField()
    n = serializers.IntegerField()
    p_value = serializers.FloatField(allow_null=True)
    adjusted = serializers.FloatField(allow_null=True)
    stands_out = serializers.BooleanField()


class CardSerializer(serializers.Serializer[Any]):
    """A rater: share of ratings like most of the others', with its interval, ability, and signs."""

    rater = serializers.CharField()
    group = serializers.CharField(help_text="people or simulated")
    n = serializers.IntegerField()
    agreement = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    ability = serializers.FloatField(allow_null=True)
    signs = SignSerializer(many=True)
    undefined = serializers.CharField(allow_null=True, help_text="Why there is nothing to say.")


class CardsSerializer(serializers.Serializer[Any]):
    """Cards under one criterion; `criteria` are all that can be asked for."""

    criterion = serializers.CharField(allow_null=True)
    criteria = serializers.ListField(child=serializers.CharField())
    cards = CardSerializer(many=True)


class RaterCards(DeclaredView):
    scopes: ClassVar = {"GET": (Scope.READ,)}
    queries: ClassVar = {"GET": CardsQuery}

    @extend_schema(responses=CardsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Everybody beside the others on the same tasks: reasons to look, not verdicts."""
        project = get_project_for(self.actor, slug, *READERS)
        criteria = list_comparable(project=project)
        name = self.query.get("criterion", criteria[0].name if criteria else None)
        chosen = next((row for row in criteria if row.name == name), None)
        if chosen is None and "criterion" in self.query:
            raise Missing("No such criterion.")
        sets = find_cards(project=project, criterion=chosen) if chosen else []
        cards = [_describe(held.group, named) for held in sets for named in held.cards]
        told = {"criterion": name, "criteria": [row.name for row in criteria], "cards": cards}
        return Response(CardsSerializer(told).data)


def _describe(group: str, named: NamedCard) -> dict[str, Any]:
    card, agreement = named.card, named.card.agreement
    return {
        "rater": named.rater.name,
        "group": group,
        "n": card.n,
        "agreement": agreement and agreement.estimate,
        "low": agreement and agreement.low,
        "high": agreement and agreement.high,
        "ability": card.ability,
        "signs": [
            {
                "name": sign.name,
                "value": sign.value,
                "usual": sign.usual,
                "n": sign.n,
                "p_value": sign.p_value,
                "adjusted": sign.adjusted,
                "stands_out": sign.stands_out(),
            }
            for sign in card.signs
        ],
        "undefined": card.undefined,
    }
