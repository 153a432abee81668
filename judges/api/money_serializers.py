"""What prices, spend and forecasts look like on the wire: amounts are USD as decimals, in texts."""

from typing import Any, ClassVar  # forecasts are JSON

from rest_framework import serializers

from evalplatform.rest.fields import BodySerializer, QuerySerializer
from judges.api.serializers import DollarsField
from judges.engine.money.price_table import PROVIDERS
from judges.engine.planning.forecast import Caution
from judges.engine.planning.foresight import Basis
from judges.models import Price
from judges.queries.spend import SpendBy


class ForecastOrderSerializer(BodySerializer):
    """A run to be thought through."""

    judge = serializers.CharField(max_length=200, trim_whitespace=False, help_text="Name of the judge.")
    limit = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True, help_text="At most so many tasks."
    )
    budget = DollarsField(min_value=0.000001, required=False, allow_null=True)


class CountRangeSerializer(serializers.Serializer[Any]):
    low = serializers.IntegerField()
    expected = serializers.IntegerField()
    high = serializers.IntegerField()


class DollarRangeSerializer(serializers.Serializer[Any]):
    low = serializers.DecimalField(max_digits=20, decimal_places=8)
    expected = serializers.DecimalField(max_digits=20, decimal_places=8)
    high = serializers.DecimalField(max_digits=20, decimal_places=8)


class SecondsRangeSerializer(serializers.Serializer[Any]):
    low = serializers.FloatField()
    expected = serializers.FloatField()
    high = serializers.FloatField()


class LaneForecastSerializer(serializers.Serializer[Any]):
    cost = DollarRangeSerializer(allow_null=True, help_text="USD; null: the price is not known.")
    seconds = SecondsRangeSerializer(allow_null=True, help_text="Null: next to nothing.")


class LanesSerializer(serializers.Serializer[Any]):
    live = LaneForecastSerializer()
    batch = LaneForecastSerializer()


class ForecastSerializer(serializers.Serializer[Any]):
    """What a run would come to, calls that fail and are made again aside."""

    tasks = serializers.IntegerField()
    left_out = serializers.IntegerField(
        help_text="Tasks on items that the judge learnt from: it never rates them."
    )
    calls = serializers.IntegerField(help_text="Planned at once.")
    further_calls = CountRangeSerializer(help_text="That follow from what the first ones say.")
    sampled = serializers.IntegerField(help_text="Tasks whose prompts were written out.")
    tokens_in = CountRangeSerializer()
    tokens_out = CountRangeSerializer()
    tokens_in_basis = serializers.ChoiceField(Basis.choices)
    tokens_out_basis = serializers.ChoiceField(Basis.choices)
    seconds_basis = serializers.ChoiceField(Basis.choices)
    lanes = LanesSerializer()
    largest_prompt = serializers.IntegerField(help_text="Tokens, hardly exceeded among the sampled tasks.")
    context_window = serializers.IntegerField(allow_null=True, help_text="Tokens; null: not known.")
    available = serializers.DecimalField(
        max_digits=20, decimal_places=8, allow_null=True, help_text="USD that budgets leave; null: no budget."
    )
    cautions = serializers.ListField(child=serializers.ChoiceField(Caution.choices))


class SpendQuery(QuerySerializer):
    by = serializers.ChoiceField(list(SpendBy), default=SpendBy.DAY, help_text="What a line stands for.")
    format = serializers.ChoiceField(["json", "csv"], default="json", help_text="Of the answer.")


class SpendSerializer(serializers.Serializer[Any]):
    """Calls made and what they cost; in USD."""

    key = serializers.CharField(help_text="Day, id of judge or run, or provider and model; empty: the sum.")
    name = serializers.CharField()
    calls = serializers.IntegerField()
    unpriced = serializers.IntegerField(help_text="Of them at an unknown price, in no sum.")
    tokens_in = serializers.IntegerField()
    tokens_cached = serializers.IntegerField()
    tokens_cache_written = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    confirmed = serializers.DecimalField(
        max_digits=20, decimal_places=8, help_text="By the provider's count of tokens."
    )
    estimated = serializers.DecimalField(
        max_digits=20, decimal_places=8, help_text="What calls may have cost whose answer was lost."
    )
    total = serializers.DecimalField(max_digits=20, decimal_places=8)


class SpendTableSerializer(serializers.Serializer[Any]):
    by = serializers.ChoiceField(list(SpendBy))
    rows = SpendSerializer(many=True)
    total = SpendSerializer()


class PriceSerializer(serializers.ModelSerializer[Price]):
    """A line of a price table. What is not stated costs as much as fresh tokens, or as a live call."""

    id = serializers.SerializerMethodField(help_text="Null on the platform's list.")
    table = serializers.SerializerMethodField(
        help_text="project, instance or list: the first that fits holds."
    )

    class Meta:
        model = Price
        fields: ClassVar = [
            "id", "table", "provider", "base_url", "model", "valid_from",
            "tokens_in", "tokens_cached", "tokens_written", "tokens_out",
            "batch_in", "batch_cached", "batch_written", "batch_out", "note",
        ]  # fmt: skip

    def get_id(self, price: Price) -> str | None:
        return str(price.public_id) if price.pk else None

    def get_table(self, price: Price) -> str:
        if not price.pk:
            return "list"
        return "project" if price.project_id else "instance"


class PriceLineSerializer(BodySerializer):
    """A line to be written."""

    provider = serializers.ChoiceField(PROVIDERS)
    base_url = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="Left out: the provider's own address."
    )
    model = serializers.CharField(
        max_length=200,
        trim_whitespace=False,
        help_text="Also of its dated snapshots; with * at the end, of all that begin so.",
    )
    valid_from = serializers.DateField(help_text="First day, UTC.")
    tokens_in = DollarsField(min_value=0)
    tokens_out = DollarsField(min_value=0)
    tokens_cached = DollarsField(min_value=0, required=False, allow_null=True)
    tokens_written = DollarsField(min_value=0, required=False, allow_null=True)
    batch_in = DollarsField(min_value=0, required=False, allow_null=True)
    batch_cached = DollarsField(min_value=0, required=False, allow_null=True)
    batch_written = DollarsField(min_value=0, required=False, allow_null=True)
    batch_out = DollarsField(min_value=0, required=False, allow_null=True)
    note = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="Where it was read."
    )
