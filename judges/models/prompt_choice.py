from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Project
from annotations.models.base import PublicModel, one_of
from judges.models.judge import Judge
from judges.models.prompt import Prompt
from judges.models.run import Run


class ChoiceState(models.TextChoices):
    JUDGING = "judging", _("candidates judge")
    CHOSEN = "chosen", _("chosen")
    CANCELLED = "cancelled", _("called off")


class PromptChoice(PublicModel):
    """Several prompts for one judge, tried on labelled tasks of a split; the best becomes the judge's."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prompt_choices")
    name = models.CharField(max_length=200, help_text="Of the judge that comes of it.")
    terms = models.JSONField(help_text="What was asked for, but for the connection.")
    labels = models.JSONField(help_text="By public id of a task: the label that candidates are held to.")
    state = models.CharField(max_length=10, choices=ChoiceState, default=ChoiceState.JUDGING)
    judge = models.ForeignKey(Judge, null=True, on_delete=models.RESTRICT, related_name="choices")
    figures = models.JSONField(
        null=True, help_text="Means and differences with their intervals, and the rule."
    )
    content_hash = models.CharField(max_length=64, help_text="Of what was asked for.")
    result_hash = models.CharField(max_length=64, blank=True, help_text="Of labels, candidates and figures.")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="prompt_choice_name_once"),
            one_of(ChoiceState, "state", "prompt_choice_state_known"),
        ]

    def __str__(self) -> str:
        return f"choice of a prompt for {self.name}"


class PromptCandidate(models.Model):
    """A prompt in a choice: the judge that stands for it, and the run in which that judges."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    choice = models.ForeignKey(PromptChoice, on_delete=models.CASCADE, related_name="candidates")
    place = models.PositiveSmallIntegerField(help_text="In the order given, from 0.")
    prompt = models.ForeignKey(Prompt, on_delete=models.RESTRICT, related_name="+")
    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="candidacies")
    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="candidate")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["choice", "place"], name="prompt_candidate_place_once")
        ]

    def __str__(self) -> str:
        return f"{self.prompt} in {self.choice}"
