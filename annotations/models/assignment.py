import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project
from annotations.models.rater import Rater
from annotations.models.slot import Slot
from annotations.models.task import Task


class AssignmentState(models.TextChoices):
    LIVE = "live", _("live")
    SUBMITTED = "submitted", _("submitted")
    SKIPPED = "skipped", _("skipped")
    EXPIRED = "expired", _("expired")
    RETURNED = "returned", _("returned")


class Assignment(PublicModel):
    """A person's lease on a slot. `token` fences: an answer under an old token finds its slot gone.

    A check has no slot: it takes no place of others, and looks like any other task to its rater.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="assignments")
    slot = models.ForeignKey(
        Slot, null=True, on_delete=models.CASCADE, related_name="assignments", help_text="None of a check."
    )
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="assignments")
    # Its own index would be a third that begins with the rater.
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="assignments", db_index=False)
    repeat = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(max_length=10, choices=AssignmentState, default=AssignmentState.LIVE)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    skip_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "rater", "repeat"], condition=Q(state="live"), name="assignment_live_once"
            ),
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state__in=["live", "submitted"]), name="slot_held_once"
            ),
            one_of(AssignmentState, "state", "assignment_state_known"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="live"), name="assignment_live_by_expiry"),
            models.Index(fields=["rater"], condition=Q(state="live"), name="assignment_live_by_rater"),
            models.Index(fields=["rater", "task"], name="assignment_by_rater_task"),
            models.Index(fields=["rater", "id"], name="assignment_by_rater_in_order"),
        ]

    def __str__(self) -> str:
        return f"assignment {self.public_id}"
