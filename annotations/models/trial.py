from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project
from annotations.models.rater import Rater


class TrialState(models.TextChoices):
    RUNNING = "running", _("running")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("not passed")
    WAIVED = "waived", _("let begin without it")


class Trial(PublicModel):
    """A rater's try of the test before real work: the checks among their leases (ids) above `after`, up to `upto`."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="trials")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="trials")
    number = models.PositiveSmallIntegerField(help_text="0 is the first.")
    state = models.CharField(max_length=8, choices=TrialState, default=TrialState.RUNNING)
    hits = models.PositiveSmallIntegerField(null=True)
    n = models.PositiveSmallIntegerField(null=True, help_text="Asked; a skipped one is no hit.")
    needed = models.PositiveSmallIntegerField(null=True, help_text="Hits that were needed.")
    after = models.BigIntegerField()
    upto = models.BigIntegerField(null=True)
    last_answer = models.BigIntegerField(default=0, help_text="The rater's newest answer (id) when it ended.")
    ended_at = models.DateTimeField(null=True, blank=True)
    recounted_at = models.DateTimeField(
        null=True, blank=True, help_text="When known answers that it asked were last corrected or taken back."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rater", "number"], name="trial_number_once"),
            one_of(TrialState, "state", "trial_state_known"),
        ]

    def __str__(self) -> str:
        return f"trial {self.number} of {self.rater_id}"
