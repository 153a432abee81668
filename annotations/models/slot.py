from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.base import one_of
from annotations.models.project import Project
from annotations.models.task import Task


class SlotState(models.TextChoices):
    FREE = "free", _("free")
    LEASED = "leased", _("leased")
    DONE = "done", _("done")
    WAITING = "waiting", _("waits for a wave that draws its task")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Slot(models.Model):
    """One of a task's places for people. A task has `overlap` of them: that is what makes exactly k exact."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="slots")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    rank = models.BigIntegerField(
        help_text="The task's, until it returns unused: then the tail of the queue."
    )
    gate = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="The task's.")
    state = models.CharField(max_length=10, choices=SlotState, default=SlotState.FREE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="slot_number_once"),
            one_of(SlotState, "state", "slot_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["project", "gate", "rank", "id"], condition=Q(state="free"), name="slot_free_by_gate"
            )
        ]

    def __str__(self) -> str:
        return f"slot {self.number} of task {self.task_id}"
