from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.assignment import Assignment
from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project
from annotations.models.rater import Rater
from annotations.models.task import Task


class RemarkKind(models.TextChoices):
    COMMENT = "comment", _("comment")
    FLAG = "flag", _("something is wrong with the task")


class Remark(PublicModel):
    """What a rater tells the researchers about a task, and what they answer."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="remarks")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="remarks")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="remarks")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.SET_NULL, related_name="remarks")
    kind = models.CharField(max_length=8, choices=RemarkKind)
    text = models.TextField()
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [one_of(RemarkKind, "kind", "remark_kind_known")]
        indexes = [
            models.Index(fields=["project"], condition=Q(replied_at=None), name="remark_unanswered"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
