from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project


class BatchState(models.TextChoices):
    ACCEPTED = "accepted", _("stored, its tasks are being planned")
    PLANNED = "planned", _("its tasks are planned")


class Batch(PublicModel):
    """One idempotent submission of items and generations."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="batches")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    idempotency_key = models.CharField(
        max_length=255, blank=True, help_text="The submitter's own name of it, to recognise it in a list."
    )
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.ACCEPTED)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list, help_text="Lines left out by partial mode.")

    class Meta:
        constraints = [
            one_of(BatchState, "state", "batch_state_known"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="accepted"), name="batch_to_be_planned")
        ]

    def __str__(self) -> str:
        return f"batch {self.public_id}"
