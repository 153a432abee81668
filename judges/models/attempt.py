import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Annotation, Project, Rater, Task
from annotations.models.base import PublicModel, one_of
from judges.models.provider_batch import ProviderBatch
from judges.models.run import Run


class AttemptState(models.TextChoices):
    PENDING = "pending", _("waiting")
    LEASED = "leased", _("in flight")
    SAID = "said", _("answered: its case goes on")
    DONE = "done", _("a verdict came of it")
    FAILED = "failed", _("failed")
    LOST = "lost", _("its worker died")
    STALE = "stale", _("came back after its lease")
    QUARANTINED = "quarantined", _("given up")
    CANCELLED = "cancelled", _("cancelled")


ANSWERED = (AttemptState.SAID, AttemptState.DONE)


class Attempt(PublicModel):
    """One provider call, planned before any message is sent. A second try is a second row, so all is on the bill.

    A case is a task in one order and repeat. Where it takes several calls, each is a step; the call that completes it
    is done and has the annotation, those before it have said something.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="attempts")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attempts")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="attempts")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="attempts")
    shown_order = models.CharField(
        max_length=100, blank=True, help_text="As the annotation's: 0,1 or 1,0; empty for one answer."
    )
    repeat = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="Which call of its case; empty: the first or only one.",
    )
    number = models.PositiveSmallIntegerField(default=1, help_text="1 is the first try.")
    state = models.CharField(max_length=12, choices=AttemptState, default=AttemptState.PENDING)
    losses = models.PositiveSmallIntegerField(
        default=0, help_text="Workers that died or hung with this case in hand, up to this try."
    )
    token = models.UUIDField(default=uuid.uuid4, help_text="Fences: a result under an old token is refused.")
    leased_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True, help_text="Earliest moment of a retry.")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=32, blank=True, help_text="Kind of failure: timeout, http_500, …")
    detail = models.CharField(max_length=500, blank=True)
    estimate = models.DecimalField(
        max_digits=12,
        decimal_places=6,
        null=True,
        help_text="USD set aside while it is leased, and what a lost call is taken to have cost; null: price unknown.",
    )
    annotation = models.OneToOneField(
        Annotation, null=True, on_delete=models.SET_NULL, related_name="attempt"
    )
    provider_batch = models.ForeignKey(
        ProviderBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="attempts"
    )
    returned_model = models.CharField(max_length=200, blank=True)
    returned = models.JSONField(
        default=dict,
        blank=True,
        help_text="What else the provider said of itself: fingerprint, tier, its id.",
    )
    finish_reason = models.CharField(max_length=64, blank=True)
    tokens_in = models.PositiveIntegerField(null=True)
    tokens_cached = models.PositiveIntegerField(null=True)
    tokens_cache_written = models.PositiveIntegerField(null=True)
    tokens_out = models.PositiveIntegerField(null=True)
    cost = models.DecimalField(
        max_digits=12, decimal_places=8, null=True, help_text="USD; null: price unknown."
    )
    latency_ms = models.PositiveIntegerField(null=True)
    reuse_key = models.CharField(
        max_length=64, null=True, help_text="Hash of all that can change the answer; null: never reused."
    )
    reused_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reused_by",
        help_text="The call whose reply this is; no call was made.",
    )
    said = models.JSONField(
        null=True, blank=True, help_text="What was read in the reply, where its case takes several calls."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "rater", "shown_order", "repeat", "step", "number"],
                name="attempt_number_once",
            ),
            models.UniqueConstraint(
                fields=["task", "rater", "shown_order", "repeat", "step"],
                condition=Q(state__in=["pending", "leased", "done", "quarantined"]),
                name="attempt_held_once",
            ),
            one_of(AttemptState, "state", "attempt_state_known"),
        ]
        indexes = [
            models.Index(fields=["run", "id"], condition=Q(state="pending"), name="attempt_pending_by_run"),
            models.Index(
                fields=["project", "reuse_key"],
                condition=Q(reuse_key__isnull=False),
                name="attempt_by_reuse_key",
            ),
            models.Index(
                fields=["leased_until"], condition=Q(state="leased"), name="attempt_leased_by_expiry"
            ),
            models.Index(
                fields=["run", "state", "ended_at"],
                condition=Q(ended_at__isnull=False),
                name="attempt_ended_by_run",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.public_id}"


class RawReply(models.Model):
    """What was sent and what came back, word for word, kept for a number of days."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="raw_reply")
    request = models.JSONField()
    reply = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    keep_until = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"raw reply of {self.attempt}"
