from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Project, Rater
from annotations.models.base import PublicModel, one_of
from annotations.models.version import VersionModel
from judges.models.connection import Connection
from judges.models.prompt import Prompt


class Protocol(models.TextChoices):
    SINGLE = "single", _("one answer, every criterion")
    PAIR = "pair", _("two answers, in both orders")
    RANKING = "ranking", _("several answers, in balanced orders")


class Judge(VersionModel, PublicModel):
    """Model, prompt version, protocol and parameters behind one rater. Immutable once it has rated."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="judges")
    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="judge")
    protocol = models.CharField(max_length=16, choices=Protocol)
    builtin = models.CharField(
        max_length=64, blank=True, help_text="Name of a baseline that needs no provider."
    )
    connection = models.ForeignKey(Connection, null=True, on_delete=models.PROTECT, related_name="judges")
    model = models.CharField(max_length=200, blank=True)
    prompt = models.ForeignKey(Prompt, null=True, on_delete=models.RESTRICT, related_name="judges")
    parameters = models.JSONField(default=dict)
    step_templates = models.JSONField(
        default=dict,
        blank=True,
        help_text="System and user template of steps beyond the first, by step. A step without them is not made.",
    )
    examples = models.JSONField(
        default=list,
        blank=True,
        help_text="Labelled tasks that it is shown, each with its texts, masked, and its values.",
    )
    split = models.JSONField(
        default=dict,
        blank=True,
        help_text="Share and seed of the items kept for learning, and the side that it rates; empty: it rates all.",
    )
    content_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "content_hash"], name="judge_content_once"),
            one_of(Protocol, "protocol", "judge_protocol_known"),
            models.CheckConstraint(
                condition=Q(builtin="", connection__isnull=False)
                | (~Q(builtin="") & Q(connection__isnull=True)),
                name="judge_builtin_or_connection",
            ),
        ]

    def __str__(self) -> str:
        return f"judge of {self.rater}"
