from django.conf import settings
from django.db import models

from annotations.models.base import PublicModel
from annotations.models.project import Project


class Plan(PublicModel):
    """What a project set out to ask, frozen before its first rating; reports mark figures planned or exploratory."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="plans")
    content = models.JSONField(
        help_text="Question, criterion, estimand, margin, family, exclusions, stopping rule."
    )
    content_hash = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "content_hash"], name="plan_content_once")]

    def __str__(self) -> str:
        return f"plan {self.content_hash[:8]} of {self.project}"
