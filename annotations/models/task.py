from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.generation import Generation
from annotations.models.item import Item
from annotations.models.project import Project
from annotations.models.rubric import Rubric, TaskKind


class TaskState(models.TextChoices):
    OPEN = "open", _("open")
    UNDEALABLE = "undealable", _("a text is missing: never dealt or judged")
    WITHDRAWN = "withdrawn", _("withdrawn")
    GOLD = "gold", _("its answer is known: asked as a check")
    TRAINING = "training", _("its answer is known: asked while training")
    TWIN = "twin", _("an answer against a worsened copy: asked as a check")
    COPY = "copy", _("a worsened copy by itself: asked as a check of those who scored the original")


CHECKED = (TaskState.GOLD, TaskState.TWIN)  # asked among all others, and their answers are known
KNOWN = (*CHECKED, TaskState.TRAINING)  # their answers are known


class Task(PublicModel):
    """What is answered in one go: an item with one, two or k generations, one turn or the whole, under one rubric."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=8, choices=TaskKind)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="tasks")
    rubric = models.ForeignKey(Rubric, on_delete=models.RESTRICT, related_name="tasks")
    generations = models.ManyToManyField(Generation, through="TaskGeneration", related_name="tasks")
    turn = models.PositiveSmallIntegerField(null=True, help_text="1 is the first; null: the whole.")
    context = models.JSONField(
        default=dict, help_text="What else is part of its identity, such as shown_beside."
    )
    identity = models.CharField(
        max_length=64, help_text="Hash of kind, item, systems in order, turn, context, rubric."
    )
    rank = models.BigIntegerField(help_text="Place in the random order of the project's queue.")
    renewed_from = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="renewals",
        help_text="Of a known answer that a later version of the rubric took over: the task it was given of first.",
    )
    priority = models.SmallIntegerField(default=0)
    gate = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Number of what it asks of raters, as its item does; 0: nothing."
    )
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "identity"], name="task_once"),
            one_of(TaskKind, "kind", "task_kind_known"),
            one_of(TaskState, "state", "task_state_known"),
        ]
        indexes = [
            models.Index(fields=["project", "rank"], condition=Q(state="open"), name="task_open_by_rank"),
            # The few of known answer are looked for while somebody waits.
            models.Index(fields=["project", "state"], name="task_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} task {self.public_id}"


class TaskGeneration(models.Model):
    """A generation's canonical place in a task: 0, 1, … by code-point order of the systems' names."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="positions")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="positions")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("task", "position")
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="task_position_once"),
            models.UniqueConstraint(fields=["task", "generation"], name="task_generation_once"),
        ]

    def __str__(self) -> str:
        return f"generation {self.position} of task {self.task_id}"
