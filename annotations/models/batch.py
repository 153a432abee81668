from django.conf import settings
from django.db import models

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project


class BatchState(models.TextChoices):
    ACCEPTED = "accepted"
    DECIDED = "decided"


class Batch(PublicModel):
    """One idempotent submission of items and generations."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="batches")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    idempotency_key = models.CharField(max_length=255)
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.ACCEPTED)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list, help_text="Lines left out by partial mode.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "submitted_by", "idempotency_key"], name="batch_once"),
            one_of(BatchState, "state", "batch_state_known"),
        ]
