from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project
from annotations.models.task import Task


class WaveRule(models.TextChoices):
    EVEN = "even", _("every task alike")
    DISAGREEMENT = "disagreement", _("tasks on which judges disagree, more often")
    UNCERTAINTY = "uncertainty", _("tasks of which a judge is unsure, more often")
    SPREAD = "spread", _("tasks on which a judge has been far from people, more often")


class Wave(PublicModel):
    """A draw of tasks for people. Every task of its frame had a probability, written before the first claim."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="waves")
    number = models.PositiveIntegerField()
    rule = models.CharField(max_length=16, choices=WaveRule)
    criterion = models.CharField(max_length=420, blank=True, help_text="Its name in reports.")
    judge = models.CharField(max_length=220, blank=True, help_text="Kind and name: judge:gpt-4.")
    size = models.PositiveIntegerField(help_text="Tasks that the probabilities add up to.")
    floor = models.FloatField(help_text="Least probability of a task.")
    seed = models.BigIntegerField()
    frame = models.PositiveIntegerField(help_text="Tasks that had a probability.")
    drawn = models.PositiveIntegerField(help_text="Tasks that were drawn.")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="wave_number_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(closed_at__isnull=True), name="wave_open_once"
            ),
            one_of(WaveRule, "rule", "wave_rule_known"),
        ]

    def __str__(self) -> str:
        return f"wave {self.number} of {self.project}"


class WaveTask(models.Model):
    """A task's probability in a wave; a task drawn before is told the one that it would have had."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="tasks")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    probability = models.FloatField()
    is_drawn = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "task"], name="wave_task_once"),
            models.CheckConstraint(
                condition=Q(probability__gt=0, probability__lte=1), name="wave_task_probability"
            ),
        ]

    def __str__(self) -> str:
        return f"task {self.task_id} in wave {self.wave_id}"
