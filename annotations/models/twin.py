from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.generation import Generation
from annotations.models.project import Project
from annotations.models.rubric import Criterion
from annotations.models.task import Task


class TwinKind(models.TextChoices):
    CUT = "cut", _("the ending is cut")
    FACT = "fact", _("a fact is changed")
    PADDING = "padding", _("padded with itself")
    NOISE = "noise", _("letters are mixed up")


class TwinState(models.TextChoices):
    PROPOSED = "proposed", _("waits for a look")
    APPROVED = "approved", _("asked as a check")
    REFUSED = "refused", _("not used")


class Twin(PublicModel):
    """A worsened copy of an answer, under an item of its own once it is approved.

    Then it is asked against its original, a task whose answer is known; or, with a criterion, by itself, of those who
    scored the original under that criterion.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="twins")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="twins")
    kind = models.CharField(max_length=8, choices=TwinKind)
    criterion = models.ForeignKey(
        Criterion,
        null=True,
        on_delete=models.CASCADE,
        related_name="twins",
        help_text="Higher is better: the copy's value should not be above the original's. Null: asked as a pair.",
    )
    seed = models.BigIntegerField()
    text = models.TextField()
    state = models.CharField(max_length=8, choices=TwinState, default=TwinState.PROPOSED)
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="twins")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "kind"], condition=Q(criterion=None), name="twin_once"
            ),
            models.UniqueConstraint(
                fields=["generation", "kind"],
                condition=Q(criterion__isnull=False),
                name="twin_once_by_itself",
            ),
            one_of(TwinKind, "kind", "twin_kind_known"),
            one_of(TwinState, "state", "twin_state_known"),
        ]

    def __str__(self) -> str:
        return f"twin {self.public_id}"
