"""What assignments look like on the wire. Written from blinded records: no system can appear."""

from typing import Any, ClassVar  # ratings are JSON

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.domain.reading.shown_answers import show_expected
from annotations.domain.showing.blinding import BlindTask, blind_task
from annotations.models import Annotation, Assignment, Criterion, Phase, Rubric
from annotations.queries.rubrics import criteria_of
from annotations.queries.submissions import phase_as_told
from evalplatform.rest.fields import BodySerializer, represent


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    class Meta:
        model = Criterion
        fields: ClassVar = [
            "key",
            "level",
            "labels",
            "question",
            "help_text",
            "values",
            "minimum",
            "maximum",
            "fractions",
            "required",
        ]


class RubricSerializer(serializers.ModelSerializer[Rubric]):
    criteria = serializers.SerializerMethodField()

    class Meta:
        model = Rubric
        fields: ClassVar = ["key", "version", "labels", "instructions", "one_at_a_time", "criteria"]

    @extend_schema_field(CriterionSerializer(many=True))
    def get_criteria(self, rubric: Rubric) -> list[dict[str, Any]]:
        return [represent(CriterionSerializer, criterion) for criterion in criteria_of(rubric)]


class BlindGenerationSerializer(serializers.Serializer[Any]):
    label = serializers.CharField(help_text="A, B, … in the order shown.")  # type: ignore[assignment]  # a field of that name, not the field's own label
    text = serializers.CharField()
    turns = serializers.ListField(child=serializers.CharField())


class BlindTaskSerializer(serializers.Serializer[BlindTask]):
    """A task as its rater sees it."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    turn = serializers.IntegerField(allow_null=True)
    prompt = serializers.CharField()
    turns = serializers.ListField(child=serializers.CharField())
    context = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not the serializer's own context
    reference = serializers.CharField(help_text="Empty unless the rubric shows it.")
    language = serializers.CharField()
    generations = BlindGenerationSerializer(many=True)


class AssignmentSummarySerializer(serializers.ModelSerializer[Assignment]):
    """One of the caller's own assignments."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Assignment
        fields: ClassVar = ["id", "state", "created_at", "expires_at", "ended_at", "skip_reason"]


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """A lease with all that is needed to answer it. `first` and `second` in ratings mean A and B.

    A ranking is a text such as `2>1=3`, from best to worst: 1 means A, 2 means B, and every answer stands there once.
    """

    id = serializers.UUIDField(source="public_id")
    task = serializers.SerializerMethodField()
    rubric = RubricSerializer(source="task.rubric")

    class Meta:
        model = Assignment
        fields: ClassVar = ["id", "state", "expires_at", "task", "rubric"]

    @extend_schema_field(BlindTaskSerializer)
    def get_task(self, assignment: Assignment) -> dict[str, Any]:
        return represent(BlindTaskSerializer, blind_task(assignment=assignment))


class SecondsField(serializers.FloatField):
    """Whole numbers beyond the range of doubles are wrong input, not a failure."""

    def to_internal_value(self, data: Any) -> float:
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("invalid")


class SubmissionSerializer(BodySerializer):
    """An answer, in terms of what was shown."""

    ratings = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text="By criterion: a value, or {value, absent, rationale, confidence}.",
    )
    seconds = SecondsField(required=False, allow_null=True, default=None)
    client_key = serializers.CharField(
        max_length=64, help_text="The client's own name of this submission: makes it safe to send again."
    )


class AnnotationSerializer(serializers.ModelSerializer[Annotation]):
    """What became of an answer; `counted` is false where its place had gone to somebody else.

    Of a training task `expected` is what was expected, in terms of what was shown; null of any other.
    """

    id = serializers.UUIDField(source="public_id")
    phase = serializers.SerializerMethodField()
    counted = serializers.SerializerMethodField()
    expected = serializers.SerializerMethodField()

    class Meta:
        model = Annotation
        fields: ClassVar = ["id", "phase", "counted", "seconds", "created_at", "expected"]

    @extend_schema_field(serializers.ChoiceField(choices=Phase.choices))
    def get_phase(self, annotation: Annotation) -> str:
        return phase_as_told(annotation)

    def get_counted(self, annotation: Annotation) -> bool:
        return annotation.phase != Phase.SURPLUS

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_expected(self, annotation: Annotation) -> dict[str, Any] | None:
        return show_expected(annotation) if annotation.phase == Phase.TRAINED else None


class LeaseSerializer(serializers.Serializer[Any]):
    expires_at = serializers.DateTimeField()


class SkipSerializer(BodySerializer):
    reason = serializers.CharField(max_length=200)
