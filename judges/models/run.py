import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Project
from annotations.models.base import PublicModel, one_of
from judges.models.judge import Judge


class RunState(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("cancelled")


class Lane(models.TextChoices):
    LIVE = "live", _("at once, call by call")
    BATCH = "batch", _("in the provider's own time, at its lower price")


class Run(PublicModel):
    """A judge over a set of tasks; with `follow` also over tasks yet to come."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    pause_reason = models.CharField(max_length=300, blank=True)
    follow = models.BooleanField(default=False)
    lane = models.CharField(max_length=8, choices=Lane, default=Lane.LIVE)
    task_limit = models.PositiveIntegerField(null=True, help_text="At most so many tasks.")
    repeats = models.PositiveSmallIntegerField(
        default=1,
        help_text="How often some tasks are asked, so that the judge's own noise is known; 1: once.",
    )
    repeat_tasks = models.PositiveIntegerField(default=0, help_text="How many tasks that is, drawn by seed.")
    reuse = models.BooleanField(
        default=True, help_text="Questions answered before in this project are not asked again."
    )
    budget = models.DecimalField(max_digits=12, decimal_places=6, null=True, help_text="USD; null: none.")
    spent = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    reserved = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [one_of(RunState, "state", "run_state_known"), one_of(Lane, "lane", "run_lane_known")]

    def __str__(self) -> str:
        return f"run {self.public_id}"


class Shard(models.Model):
    """A part of a run for one loop: its lease keeps doubled messages from starting doubled loops."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="shards")
    number = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(default=uuid.uuid4)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="shard_once")]

    def __str__(self) -> str:
        return f"shard {self.number} of {self.run}"
