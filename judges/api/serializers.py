"""What judges, runs and calls look like on the wire. A connection is a name; its key is in none of them."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any, ClassVar  # progress is JSON

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evalplatform.rest.fields import BodySerializer
from judges.engine.budget import DIGITS, LARGEST
from judges.models import Attempt, Judge, ProjectBudget, Run
from judges.queries.progress import read_progress


class JudgeSerializer(serializers.ModelSerializer[Judge]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="rater.name")
    connection = serializers.CharField(source="connection.name", default=None, allow_null=True)
    prompt_version = serializers.IntegerField(source="prompt.version", default=None, allow_null=True)

    class Meta:
        model = Judge
        fields: ClassVar = [
            "id", "name", "protocol", "builtin", "connection", "model", "prompt_version", "parameters",
            "content_hash", "used_at", "created_at",
        ]  # fmt: skip


class RunSerializer(serializers.ModelSerializer[Run]):
    id = serializers.UUIDField(source="public_id")
    judge = serializers.CharField(source="judge.rater.name", help_text="Name of the judge.")
    limit = serializers.IntegerField(source="task_limit", allow_null=True)

    class Meta:
        model = Run
        fields: ClassVar = [
            "id", "judge", "state", "pause_reason", "follow", "limit", "budget", "created_at", "finished_at",
        ]  # fmt: skip


class DollarsField(serializers.FloatField):
    """USD as a JSON number, kept in decimals to the sixth place."""

    def __init__(self, *, min_value: float, **options: Any) -> None:
        words = "USD, to the sixth decimal."
        super().__init__(min_value=min_value, max_value=float(LARGEST), help_text=words, **options)

    def to_internal_value(self, data: Any) -> Decimal:  # type: ignore[override]  # money is no float
        return Decimal(str(round(super().to_internal_value(data), DIGITS)))


class AmountSerializer(BodySerializer):
    """What a project may spend."""

    amount = DollarsField(min_value=0)


class BudgetSerializer(serializers.ModelSerializer[ProjectBudget]):
    """USD. What is reserved is set aside for calls under way."""

    class Meta:
        model = ProjectBudget
        fields: ClassVar = ["amount", "spent", "reserved"]


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a run is, in cases: a task in one order."""

    done = serializers.IntegerField()
    waiting = serializers.IntegerField()
    in_flight = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    failed = serializers.DictField(child=serializers.IntegerField(), help_text="Cases given up, by reason.")
    absent = serializers.DictField(child=serializers.IntegerField(), help_text="Ratings without a value.")
    calls = serializers.IntegerField()
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    spent = serializers.DecimalField(
        max_digits=20, decimal_places=8, allow_null=True, help_text="USD; null: a price is not known."
    )


class RunDetailSerializer(RunSerializer):
    progress = serializers.SerializerMethodField()

    class Meta(RunSerializer.Meta):
        fields: ClassVar = [*RunSerializer.Meta.fields, "progress"]

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, run: Run) -> dict[str, Any]:
        return dict(ProgressSerializer(asdict(read_progress(run))).data)


class RunOrderSerializer(BodySerializer):
    """A run to be started."""

    judge = serializers.CharField(max_length=200, trim_whitespace=False, help_text="Name of the judge.")
    limit = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True, help_text="At most so many tasks."
    )
    budget = DollarsField(min_value=0.000001, required=False, allow_null=True)
    follow = serializers.BooleanField(default=False, help_text="Also judge tasks yet to come.")


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    id = serializers.UUIDField(source="public_id")
    run = serializers.UUIDField(source="run.public_id")
    judge = serializers.CharField(source="rater.name")
    task = serializers.UUIDField(source="task.public_id")
    annotation = serializers.UUIDField(source="annotation.public_id", default=None, allow_null=True)

    class Meta:
        model = Attempt
        fields: ClassVar = [
            "id", "run", "judge", "task", "shown_order", "repeat", "number", "state", "failure", "annotation",
            "returned_model", "finish_reason", "tokens_in", "tokens_cached", "tokens_out", "cost", "latency_ms",
            "started_at", "ended_at", "created_at",
        ]  # fmt: skip
