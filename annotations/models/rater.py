from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project

SPECIMEN = "specimen"  # attribute of a rater that shows how things work and is too weak to be relied on


class RaterKind(models.TextChoices):
    PERSON = "person", _("person")
    JUDGE = "judge", _("judge")
    PANEL = "panel", _("panel")
    METRIC = "metric", _("metric")
    REFERENCE = "reference", _("reference")


class Origin(models.TextChoices):
    LIVE = "live", _("live")
    IMPORTED = "imported", _("imported")
    SIMULATED = "simulated", _("simulated")


class Rater(PublicModel):
    """Whoever rates: a person, a judge, a panel, a metric, or a reference. All write to the same ledger."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="raters")
    kind = models.CharField(max_length=10, choices=RaterKind)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.LIVE)
    name = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="raters"
    )
    group = models.CharField(max_length=100, blank=True, help_text="Expert, crowd, …")
    is_slot = models.BooleanField(default=False, help_text="A position in an item, not one person.")
    family = models.CharField(max_length=100, blank=True, help_text="Vendor of a judge's model.")
    price = models.DecimalField(max_digits=10, decimal_places=6, null=True, help_text="USD a rating.")
    attributes = models.JSONField(default=dict)
    queue_cursor = models.BigIntegerField(
        default=-1, help_text="Rank up to which the queue was dealt to them."
    )
    queue_epoch = models.PositiveIntegerField(default=0)
    drained_until = models.DateTimeField(
        null=True, help_text="Nothing behind the cursor is left for them; not looked for again before."
    )
    met_count = models.PositiveIntegerField(
        default=0, help_text="Tasks they were through with, of the leases up to met_upto."
    )
    met_upto = models.BigIntegerField(default=0, help_text="A lease (id); those after it are counted anew.")
    deactivated_at = models.DateTimeField(null=True, blank=True)
    qualified_at = models.DateTimeField(
        null=True, blank=True, help_text="When they passed the test, or need none."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "name"], name="rater_name_once"),
            models.UniqueConstraint(
                fields=["project", "user"], condition=Q(kind="person"), name="rater_once_for_a_user"
            ),
            one_of(RaterKind, "kind", "rater_kind_known"),
            one_of(Origin, "origin", "rater_origin_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def must_qualify(self) -> bool:
        """Whether training and a test stand before real work; reads `project`."""
        return self.project.test_size > 0 and self.qualified_at is None
