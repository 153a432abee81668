from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Project
from annotations.models.base import PublicModel, one_of
from judges.models.cascade import Cascade
from judges.models.run import Run, RunState


class Stage(models.TextChoices):
    """What a cascade does, in this order."""

    CHEAP_CALIBRATION = "cheap_calibration", _("the cheap judge on calibration items")
    DEAR_CALIBRATION = "dear_calibration", _("the dear judge on calibration items")
    THRESHOLDS = "thresholds", _("choosing the thresholds")
    CHEAP = "cheap", _("the cheap judge on all other items")
    DEAR = "dear", _("the dear judge where the cheap one is not sure")
    PEOPLE = "people", _("leaving the rest to people")


GOING = (RunState.RUNNING, RunState.PAUSED)


class CascadeRun(PublicModel):
    """A cascade at work: its judges are called stage by stage, each by runs of its own."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="cascade_runs")
    cascade = models.ForeignKey(Cascade, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.CHEAP_CALIBRATION)
    pause_reason = models.CharField(max_length=300, blank=True)
    budget = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, help_text="USD for both judges; null: none."
    )
    places = models.PositiveSmallIntegerField(
        default=0, help_text="For people, on each task that needs them; 0: such tasks are listed."
    )
    people_price = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, help_text="USD a task that people decide; null: unknown."
    )
    outcome = models.JSONField(default=dict, help_text="What became of the items, once that is known.")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of(RunState, "state", "cascade_run_state_known"),
            one_of(Stage, "stage", "cascade_run_stage_known"),
            models.UniqueConstraint(
                fields=["cascade"], condition=Q(state__in=["running", "paused"]), name="cascade_goes_once"
            ),
        ]

    def __str__(self) -> str:
        return f"run of {self.cascade}"


class StageRun(models.Model):
    """A judge's run that is one stage of a cascade's, or a part of one that was begun ahead."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    cascade_run = models.ForeignKey(CascadeRun, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=20, choices=Stage)
    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="stage")
    is_ahead = models.BooleanField(
        default=False, help_text="Begun while the stage before it was still going."
    )

    class Meta:
        ordering = ("pk",)
        constraints = [one_of(Stage, "stage", "stage_run_stage_known")]

    def __str__(self) -> str:
        return f"{self.stage} of {self.cascade_run}"
