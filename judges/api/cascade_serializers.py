"""What cascades look like on the wire: amounts are USD as decimals, in texts."""

from typing import Any, ClassVar  # studies and progress are JSON

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evalplatform.common.hashing import LARGEST_SEED
from evalplatform.rest.fields import BodySerializer
from judges.api.money_serializers import CountRangeSerializer, DollarRangeSerializer
from judges.api.serializers import DollarsField
from judges.engine.cascades import Terms
from judges.engine.cascades.starting import MOST_PLACES
from judges.models import Cascade, CascadeRun, RunState, Stage
from judges.queries.cascades import find_latest_run, list_stages, read_saving

TERMS = ("cheap", "dear", "bound", "delta", "criterion", "labels_by", "calibration_share", "seed")


class CascadeTermsSerializer(BodySerializer):
    """What a cascade is to be."""

    cheap = serializers.CharField(
        max_length=220, trim_whitespace=False, help_text="Name of a judge or panel."
    )
    dear = serializers.CharField(
        max_length=220,
        trim_whitespace=False,
        help_text="Of the one that is asked where the first is not sure.",
    )
    bound = serializers.FloatField(
        min_value=0, max_value=1, help_text="Share of disagreement allowed among what a judge keeps."
    )
    delta = serializers.FloatField(
        min_value=0, max_value=1, default=0.1, help_text="Probability with which that may fail."
    )
    criterion = serializers.CharField(
        max_length=420, default="", allow_blank=True, trim_whitespace=False,
        help_text="Left out: the only one that the cheap judge decides.",
    )  # fmt: skip
    labels_by = serializers.CharField(
        max_length=220,
        default="people",
        trim_whitespace=False,
        help_text="Who is right: people, reference:gold, …",
    )
    calibration_share = serializers.FloatField(
        min_value=0, max_value=1, default=0.5, help_text="Of the items, kept for choosing the thresholds."
    )
    seed = serializers.IntegerField(
        min_value=0, max_value=LARGEST_SEED, default=0, help_text="Draws those items."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The terms as one value, the rest beside them."""
        rest = {name: value for name, value in attrs.items() if name not in TERMS}
        return {"terms": Terms(**{name: attrs[name] for name in TERMS}), **rest}


class CascadeOrderSerializer(CascadeTermsSerializer):
    """A cascade to be formed of recorded verdicts."""

    name = serializers.CharField(max_length=200, trim_whitespace=False, help_text="Of its rater.")


class PeoplePriceField(DollarsField):
    """What a task costs that people decide."""

    def __init__(self) -> None:
        super().__init__(min_value=0, required=False, allow_null=True)


class CascadeForecastOrderSerializer(CascadeTermsSerializer):
    """A cascade to be thought through."""

    people_price = PeoplePriceField()


class CascadeStartSerializer(CascadeOrderSerializer):
    """A cascade to be set to work."""

    budget = DollarsField(min_value=0.000001, required=False, allow_null=True)
    places = serializers.IntegerField(
        min_value=0, max_value=MOST_PLACES, default=0,
        help_text="People wanted on each task that needs them; 0: such tasks are listed.",
    )  # fmt: skip
    people_price = PeoplePriceField()


class StudiedStageSerializer(serializers.Serializer[Any]):
    """A judge's part, on the calibration items and on the others."""

    judge = serializers.CharField()
    threshold = serializers.FloatField(allow_null=True, help_text="Null: it decides nothing.")
    undefined = serializers.CharField(allow_null=True, help_text="Why it decides nothing.")
    reached = serializers.FloatField(help_text="Share of all that comes to it.")
    kept = serializers.FloatField(help_text="Share of all that it decides.")
    upper_risk = serializers.FloatField(
        allow_null=True, help_text="Share of disagreement that is not exceeded."
    )
    held_out_kept = serializers.IntegerField()
    held_out_labelled = serializers.IntegerField()
    held_out_disagreements = serializers.IntegerField()


class CascadeStudySerializer(serializers.Serializer[Any]):
    """Thresholds from recorded verdicts, and what they do on items that they were not chosen on."""

    calibration_items = serializers.IntegerField()
    stages = StudiedStageSerializer(many=True)
    left = serializers.FloatField(help_text="Share of all that people have.")
    left_tasks = serializers.IntegerField(help_text="On other items.")
    waiting = serializers.IntegerField(help_text="Tasks that wait for the dear judge's verdict.")
    undefined = serializers.CharField(allow_null=True, help_text="Why no judge may decide anything.")


class StageForecastSerializer(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(Stage.choices)
    judge = serializers.CharField()
    tasks = serializers.IntegerField(help_text="At most.")
    calls = CountRangeSerializer()
    cost = DollarRangeSerializer(allow_null=True, help_text="USD; null: the price is not known.")


class CascadeForecastSerializer(serializers.Serializer[Any]):
    """What a cascade would come to, calls that fail and are made again aside."""

    calibration = serializers.IntegerField()
    held_out = serializers.IntegerField()
    share = serializers.FloatField(
        help_text="Part of all other tasks that is taken to come to the dear judge."
    )
    is_recorded = serializers.BooleanField(help_text="Whether recorded verdicts tell that part.")
    stages = StageForecastSerializer(many=True)
    cost = DollarRangeSerializer(allow_null=True)
    dear_alone = DollarRangeSerializer(allow_null=True)
    people_alone = serializers.DecimalField(max_digits=20, decimal_places=8, allow_null=True)


class StageStandingSerializer(serializers.Serializer[Any]):
    """A judge's run as a stage, in cases."""

    stage = serializers.ChoiceField(Stage.choices)
    run = serializers.UUIDField(source="run.public_id")
    judge = serializers.CharField(source="run.judge.rater.name")
    state = serializers.ChoiceField(RunState.choices, source="run.state")
    done = serializers.IntegerField(source="progress.done")
    total = serializers.IntegerField(source="progress.total")
    failed = serializers.IntegerField(source="progress.failed_total")
    spent = serializers.DecimalField(
        source="progress.spent", max_digits=20, decimal_places=8, allow_null=True
    )


class CascadeOutcomeSerializer(serializers.Serializer[Any]):
    """What became of the items; of two figures the first is the cheap judge's."""

    calibration = serializers.IntegerField()
    held_out = serializers.IntegerField()
    kept = serializers.ListField(child=serializers.IntegerField())
    labelled = serializers.ListField(child=serializers.IntegerField())
    disagreements = serializers.ListField(child=serializers.IntegerField())
    left = serializers.IntegerField(help_text="Tasks that people have.")
    opened = serializers.IntegerField(help_text="Places opened for them.")


class CascadeSavingSerializer(serializers.Serializer[Any]):
    """What it cost beside what it might have."""

    spent = serializers.DecimalField(max_digits=20, decimal_places=8)
    dear_alone = serializers.DecimalField(
        max_digits=20, decimal_places=8, allow_null=True, help_text="The dear judge on every task."
    )
    people_alone = serializers.DecimalField(max_digits=20, decimal_places=8, allow_null=True)
    with_people = serializers.DecimalField(
        max_digits=20, decimal_places=8, allow_null=True, help_text="Both judges, and people for the rest."
    )
    answers = serializers.IntegerField(help_text="Tasks that people need not decide.")


class CascadeRunSerializer(serializers.ModelSerializer[CascadeRun]):
    """A cascade at work."""

    id = serializers.UUIDField(source="public_id")
    stages = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField(help_text="Null: not known yet.")
    saving = serializers.SerializerMethodField(help_text="Null: not known yet.")

    class Meta:
        model = CascadeRun
        fields: ClassVar = [
            "id", "state", "stage", "pause_reason", "budget", "places", "people_price", "stages", "outcome", "saving",
            "created_at", "finished_at",
        ]  # fmt: skip

    @extend_schema_field(StageStandingSerializer(many=True))
    def get_stages(self, run: CascadeRun) -> list[dict[str, Any]]:
        return list(StageStandingSerializer(list_stages(run), many=True).data)

    @extend_schema_field(CascadeOutcomeSerializer(allow_null=True))
    def get_outcome(self, run: CascadeRun) -> dict[str, Any] | None:
        return dict(CascadeOutcomeSerializer(run.outcome).data) if run.outcome else None

    @extend_schema_field(CascadeSavingSerializer(allow_null=True))
    def get_saving(self, run: CascadeRun) -> dict[str, Any] | None:
        saving = read_saving(run.cascade, run)
        return dict(CascadeSavingSerializer(saving).data) if saving else None


class CascadeSerializer(serializers.ModelSerializer[Cascade]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="rater.name")
    cheap = serializers.CharField(source="cheap.name")
    dear = serializers.CharField(source="dear.name")
    state = serializers.SerializerMethodField(help_text="Of its last work; null: it was never set to work.")
    thresholds = serializers.ListField(
        child=serializers.FloatField(allow_null=True), allow_null=True,
        help_text="Of the cheap and the dear judge, null: it keeps nothing. Null: not chosen yet.",
    )  # fmt: skip

    class Meta:
        model = Cascade
        fields: ClassVar = [
            "id", "name", "cheap", "dear", "criterion", "labels_by", "bound", "delta", "calibration_share", "seed",
            "thresholds", "state", "content_hash", "used_at", "created_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(RunState.choices, allow_null=True))
    def get_state(self, cascade: Cascade) -> str | None:
        run = find_latest_run(cascade)
        return run.state if run else None


class CascadeDetailSerializer(CascadeSerializer):
    work = serializers.SerializerMethodField(
        help_text="The last time it was set to work; null: it never was."
    )

    class Meta(CascadeSerializer.Meta):
        fields: ClassVar = [*CascadeSerializer.Meta.fields, "work"]

    @extend_schema_field(CascadeRunSerializer(allow_null=True))
    def get_work(self, cascade: Cascade) -> dict[str, Any] | None:
        run = find_latest_run(cascade)
        return dict(CascadeRunSerializer(run).data) if run else None


class CascadeLeftSerializer(serializers.Serializer[Any]):
    """Tasks that the cascade leaves to people."""

    tasks = serializers.ListField(child=serializers.UUIDField())
