from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.assignment import Assignment
from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project
from annotations.models.rater import Rater
from annotations.models.rubric import Criterion
from annotations.models.task import Task


class Presentation(models.TextChoices):
    SHOWN = "shown", _("this order was seen")
    UNKNOWN = "unknown", _("order not known")
    MERGED = "merged", _("one verdict made from several orders")


class Phase(models.TextChoices):
    INDEPENDENT = "independent", _("first submission")
    REVISED = "revised", _("revised later")
    TRAINED = "trained", _("while training")
    DISCUSSED = "discussed", _("after discussion")
    SURPLUS = "surplus", _("beyond the places wanted")
    CHECK = "check", _("asked as a check")


class Annotation(PublicModel):
    """One submitted answer of one rater to one task. Values stand against the canonical order, never as shown.

    A revision is a new row; the old one stays with `is_current` false.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="annotations")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="annotations")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="annotations")
    assignment = models.ForeignKey(
        Assignment,
        null=True,
        on_delete=models.SET_NULL,
        related_name="annotations",
        help_text="Of a live person.",
    )
    repeat = models.PositiveSmallIntegerField(default=0)
    presentation = models.CharField(max_length=8, choices=Presentation)
    shown_order = models.CharField(
        max_length=100, blank=True, help_text="Canonical positions as shown or as imported: 0,1 or 1,0."
    )
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.INDEPENDENT)
    is_current = models.BooleanField(default=True)
    retracted_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="superseded_by")
    seconds = models.FloatField(null=True, help_text="Time taken.")
    client_key = models.CharField(
        max_length=64, blank=True, help_text="The client's own name of this submission."
    )
    content_hash = models.CharField(max_length=64, blank=True)
    source = models.JSONField(
        default=dict, help_text="What an imported line held besides (see study folders)."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "rater", "shown_order", "repeat"],
                condition=Q(is_current=True),
                name="annotation_current_once",
            ),
            models.UniqueConstraint(
                fields=["task", "rater", "repeat"],
                condition=Q(is_current=True, assignment__isnull=False),
                name="annotation_of_person_once",
            ),
            models.UniqueConstraint(
                fields=["rater", "client_key"], condition=~Q(client_key=""), name="annotation_client_key_once"
            ),
            one_of(Presentation, "presentation", "annotation_presentation_known"),
            one_of(Phase, "phase", "annotation_phase_known"),
        ]
        indexes = [models.Index(fields=["project", "rater", "id"], name="annotation_of_rater_in_order")]

    def __str__(self) -> str:
        return f"annotation {self.public_id}"


class Absent(models.TextChoices):
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    ABSTAINED = "abstained", _("abstained")
    UNPARSABLE = "unparsable", _("no verdict could be read")
    REFUSED = "refused", _("refused")
    OUT_OF_SCALE = "out_of_scale", _("outside the scale")


class Rating(models.Model):
    """An annotation's value for one criterion: a number, code, text or spans, or why there is none."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="ratings")
    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, related_name="ratings")
    criterion = models.ForeignKey(Criterion, on_delete=models.RESTRICT, related_name="ratings")
    number = models.FloatField(null=True)
    code = models.CharField(max_length=200, null=True)
    text = models.TextField(null=True)
    spans = models.JSONField(null=True)
    absent = models.CharField(max_length=16, choices=Absent, null=True)
    rationale = models.TextField(null=True)
    confidence = models.FloatField(null=True)
    meta = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["annotation", "criterion"], name="rating_once"),
            models.CheckConstraint(
                condition=Q(
                    number__isnull=False,
                    code__isnull=True,
                    text__isnull=True,
                    spans__isnull=True,
                    absent__isnull=True,
                )
                | Q(
                    number__isnull=True,
                    code__isnull=False,
                    text__isnull=True,
                    spans__isnull=True,
                    absent__isnull=True,
                )
                | Q(
                    number__isnull=True,
                    code__isnull=True,
                    text__isnull=False,
                    spans__isnull=True,
                    absent__isnull=True,
                )
                | Q(
                    number__isnull=True,
                    code__isnull=True,
                    text__isnull=True,
                    spans__isnull=False,
                    absent__isnull=True,
                )
                | Q(
                    number__isnull=True,
                    code__isnull=True,
                    text__isnull=True,
                    spans__isnull=True,
                    absent__isnull=False,
                ),
                name="rating_exactly_one_value",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="rating_confidence_is_a_share",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "annotation"],
                condition=Q(absent__isnull=False),
                name="rating_absent_by_project",
            )
        ]

    def __str__(self) -> str:
        return f"rating {self.pk}"
