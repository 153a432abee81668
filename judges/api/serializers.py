"""What judges, runs and calls look like on the wire. A connection is a name; its key is in none of them."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any, ClassVar  # progress is JSON

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evalplatform.rest.fields import BodySerializer
from judges.engine.money.budget import DIGITS, LARGEST
from judges.engine.planning.rateable import count_left_out
from judges.engine.planning.repeats import MOST as MOST_REPEATS
from judges.engine.versions.capable import tell_of_loss
from judges.models import Attempt, Judge, Lane, ProjectBudget, ProviderBatch, Run
from judges.queries.progress import read_progress
from judges.queries.split import Side

MOST_BATCHES = 100


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


class SplitSerializer(serializers.Serializer[Any]):
    """Items kept for learning, and what they leave to the judge."""

    share = serializers.FloatField()
    seed = serializers.IntegerField()
    side = serializers.ChoiceField(
        [(str(side), side.name) for side in Side],
        help_text="held_out: the judge rates all other items; kept: a candidate, it rates these alone.",
    )
    fitting = serializers.IntegerField(help_text="Open tasks that its protocol could rate.")
    left_out = serializers.IntegerField(help_text="Of them those that it never rates.")


class ExampleSerializer(serializers.Serializer[Any]):
    """A labelled task that the judge is shown."""

    task = serializers.UUIDField()
    values = serializers.DictField(help_text="By criterion.")


class JudgeDetailSerializer(JudgeSerializer):
    split = serializers.SerializerMethodField(help_text="Null: it may rate everything.")
    examples = ExampleSerializer(many=True)

    class Meta(JudgeSerializer.Meta):
        fields: ClassVar = [*JudgeSerializer.Meta.fields, "split", "examples"]

    @extend_schema_field(SplitSerializer(allow_null=True))
    def get_split(self, judge: Judge) -> dict[str, Any] | None:
        counted = count_left_out(judge)
        if counted is None:
            return None
        return {**judge.split, "fitting": counted.fitting, "left_out": counted.kept_from_it}


class RunSerializer(serializers.ModelSerializer[Run]):
    id = serializers.UUIDField(source="public_id")
    judge = serializers.CharField(source="judge.rater.name", help_text="Name of the judge.")
    limit = serializers.IntegerField(source="task_limit", allow_null=True)

    class Meta:
        model = Run
        fields: ClassVar = [
            "id", "judge", "state", "pause_reason", "follow", "lane", "limit", "repeats", "repeat_tasks", "reuse",
            "budget", "created_at", "finished_at",
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


class CriterionEffectSerializer(serializers.Serializer[Any]):
    """Means of a criterion over the answers whose revision was rated too, and of second minus first."""

    n = serializers.IntegerField()
    first = serializers.FloatField()
    second = serializers.FloatField()
    effect = serializers.FloatField()
    standard_error = serializers.FloatField(
        allow_null=True, help_text="Of the effect, answers to one item taken together; null: of one item."
    )
    low = serializers.FloatField(allow_null=True, help_text="Of the effect's 95 % interval.")
    high = serializers.FloatField(allow_null=True)


class PrincipleEffectSerializer(serializers.Serializer[Any]):
    """Shares of answers that uphold a principle, of those it applied to both times."""

    n = serializers.IntegerField()
    first = serializers.FloatField()
    second = serializers.FloatField()


class RevisionSerializer(serializers.Serializer[Any]):
    """What revisions under principles came to, by the judge's own second verdict."""

    criteria = serializers.DictField(child=CriterionEffectSerializer())
    principles = serializers.DictField(child=PrincipleEffectSerializer())


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a run is, in cases: a task in one order, which may take several calls."""

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
    revision = RevisionSerializer(allow_null=True, help_text="Null: the judge goes by no principles.")


class ProviderBatchSerializer(serializers.ModelSerializer[ProviderBatch]):
    """Calls handed to the provider together."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = ProviderBatch
        fields: ClassVar = [
            "id", "state", "provider_id", "size", "counts", "detail", "created_at", "submitted_at", "next_look",
            "expires_at", "cancelled_at", "ended_at",
        ]  # fmt: skip


class RunDetailSerializer(RunSerializer):
    progress = serializers.SerializerMethodField()
    batches = serializers.SerializerMethodField(help_text="Of the batch lane, newest first, at most 100.")
    note = serializers.SerializerMethodField(
        help_text="What is less strict than it could be; empty: nothing."
    )

    class Meta(RunSerializer.Meta):
        fields: ClassVar = [*RunSerializer.Meta.fields, "note", "batches", "progress"]

    @extend_schema_field(ProviderBatchSerializer(many=True))
    def get_batches(self, run: Run) -> list[dict[str, Any]]:
        newest = run.batches.order_by("-pk")[:MOST_BATCHES]
        return list(ProviderBatchSerializer(newest, many=True).data)

    def get_note(self, run: Run) -> str:
        return tell_of_loss(run.judge.parameters)

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, run: Run) -> dict[str, Any]:
        return dict(ProgressSerializer(asdict(read_progress(run))).data)


MOST_TASKS = 10_000


class RunOrderSerializer(BodySerializer):
    """A run to be started."""

    judge = serializers.CharField(max_length=200, trim_whitespace=False, help_text="Name of the judge.")
    limit = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True, help_text="At most so many tasks."
    )
    tasks = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=MOST_TASKS,
        required=False,
        help_text="Ids of the tasks that it may be; left out: all.",
    )
    budget = DollarsField(min_value=0.000001, required=False, allow_null=True)
    follow = serializers.BooleanField(default=False, help_text="Also judge tasks yet to come.")
    repeats = serializers.IntegerField(
        min_value=1,
        max_value=MOST_REPEATS,
        required=False,
        allow_null=True,
        help_text="How often some tasks are asked, 1: once. Left out: several times in a model's first run.",
    )
    repeat_tasks = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, allow_null=True, help_text="How many tasks that is."
    )
    reuse = serializers.BooleanField(
        default=True, help_text="Do not ask again what the project has an answer to."
    )
    lane = serializers.ChoiceField(
        choices=Lane.choices, default=Lane.LIVE, help_text="batch: cheaper, and answered within a day."
    )


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    id = serializers.UUIDField(source="public_id")
    run = serializers.UUIDField(source="run.public_id")
    judge = serializers.CharField(source="rater.name")
    task = serializers.UUIDField(source="task.public_id")
    annotation = serializers.UUIDField(source="annotation.public_id", default=None, allow_null=True)
    reused_from = serializers.UUIDField(source="reused_from.public_id", default=None, allow_null=True)

    class Meta:
        model = Attempt
        fields: ClassVar = [
            "id", "run", "judge", "task", "shown_order", "repeat", "step", "number", "state", "failure", "annotation",
            "reused_from",
            "returned_model", "returned", "finish_reason", "tokens_in", "tokens_cached",
            "tokens_cache_written", "tokens_out", "cost", "latency_ms", "started_at", "ended_at", "created_at",
        ]  # fmt: skip
