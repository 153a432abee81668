import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Project
from annotations.models.base import PublicModel, one_of
from judges.models.run import Run


class BatchState(models.TextChoices):
    GATHERED = "gathered", _("gathered")
    SUBMITTING = "submitting", _("being handed over")
    SUBMITTED = "submitted", _("at the provider")
    ENDED = "ended", _("results are recorded")
    FAILED = "failed", _("refused by the provider")


class ProviderBatch(PublicModel):
    """Many calls handed to a provider at once, answered within a day.

    The row is there before anything is handed over, so that whoever finds it in `submitting` looks for the batch at
    the provider first. `token` is the lease's token of all its attempts.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="batches")
    state = models.CharField(max_length=12, choices=BatchState, default=BatchState.GATHERED)
    token = models.UUIDField(default=uuid.uuid4)
    provider_id = models.CharField(max_length=200, blank=True)
    surmised = models.BooleanField(default=False, help_text="Found at the provider by age and size alone.")
    ruled_out = models.JSONField(
        default=list, blank=True, help_text="Batches at the provider known to be others."
    )
    size = models.PositiveIntegerField(default=0, help_text="Rows handed over.")
    counts = models.JSONField(default=dict, blank=True, help_text="Rows by outcome, as far as known.")
    detail = models.CharField(max_length=500, blank=True)
    polls = models.PositiveIntegerField(default=0)
    misreads = models.PositiveSmallIntegerField(default=0, help_text="Results that came incomplete.")
    next_look = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="In whose hands: one at a time.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    submitting_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [one_of(BatchState, "state", "provider_batch_state_known")]
        indexes = [
            models.Index(
                fields=["next_look"],
                condition=Q(state__in=["gathered", "submitting", "submitted"]),
                name="batch_open_by_next_look",
            )
        ]

    def __str__(self) -> str:
        return f"batch {self.public_id}"
