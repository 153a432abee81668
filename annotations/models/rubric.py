from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project
from annotations.models.version import VersionModel


class TaskKind(models.TextChoices):
    SINGLE = "single", _("one answer")
    PAIR = "pair", _("two answers")
    RANKING = "ranking", _("several answers")


class Level(models.TextChoices):
    """What may be done with the values of a criterion."""

    NOMINAL = "nominal", _("categories")
    ORDINAL = "ordinal", _("ordered")
    INTERVAL = "interval", _("equal steps")
    RATIO = "ratio", _("with a true zero")
    PREFERENCE = "preference", _("preference")
    TEXT = "text", _("free text")
    SPANS = "spans", _("marked passages")
    UNSTATED = "unstated", _("not stated: every level is worked out")


class Rubric(VersionModel, PublicModel):
    """A version of a set of criteria. Once a rating names it, it never changes."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="rubrics")
    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    task_kind = models.CharField(max_length=8, choices=TaskKind)
    labels = models.JSONField(default=dict, help_text="Title by language.")
    instructions = models.JSONField(default=dict, help_text="Guidelines by language, markdown.")
    one_at_a_time = models.BooleanField(
        default=False, db_default=False, help_text="Raters meet its questions one after another."
    )
    content_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "key", "version"], name="rubric_version_once"),
            models.UniqueConstraint(fields=["project", "key", "content_hash"], name="rubric_content_once"),
            one_of(TaskKind, "task_kind", "rubric_task_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Criterion(VersionModel):
    """One question of a rubric, with the scale of its answers."""

    used_lookup = "rubric__used_at"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="criteria")
    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=200, help_text="As the study that brought it spells it.")
    level = models.CharField(max_length=12, choices=Level)
    labels = models.JSONField(default=dict, help_text="Short name by language.")
    question = models.JSONField(default=dict, help_text="Question by language.")
    help_text = models.JSONField(default=dict, help_text="Longer explanation by language, markdown.")
    values = models.JSONField(
        default=list, help_text='Legal values: [{"value": 1, "labels": {"en": "poor"}}, …]'
    )
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    fractions = models.BooleanField(default=False, help_text="Numbers between the steps are legal.")
    required = models.BooleanField(default=True)
    options = models.JSONField(default=dict, help_text="Severities and categories of spans, scoring rule, …")

    class Meta:
        ordering = ("rubric", "position")
        constraints = [
            models.UniqueConstraint(fields=["rubric", "key"], name="criterion_key_once"),
            models.UniqueConstraint(fields=["rubric", "position"], name="criterion_position_once"),
            one_of(Level, "level", "criterion_level_known"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_ranking(self) -> bool:
        """Whether its values are rankings of all answers of a task, such as `2>1=3`."""
        return self.level == Level.PREFERENCE and self.options.get("task") == TaskKind.RANKING
