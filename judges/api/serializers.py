"""What judges, runs and calls look like on the wire. A connection is a name; its key is in none of them."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any, ClassVar  # progress is JSON

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evalplatform.rest.fields import BodySerializer
from judges.models import Attempt, Judge, Run
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
    budget = serializers.FloatField(
        min_value=0.000001,
        max_value=999_999,
        required=False,
        allow_null=True,
        help_text="At most so many USD, to the sixth decimal.",
    )
    follow = serializers.BooleanField(default=False, help_text="Also judge tasks yet to come.")

    def validate_budget(self, budget: float | None) -> Decimal | None:
        """Money is kept in decimals."""
        return None if budget is None else Decimal(str(round(budget, 6)))


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
