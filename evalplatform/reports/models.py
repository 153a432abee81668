from django.conf import settings
from django.db import models

from annotations.models import Project
from annotations.models.base import PublicModel
from annotations.models.version import VersionModel


class Report(PublicModel):
    """A frozen snapshot of results: the same inputs, code and seed give the same bytes."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reports")
    inputs_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    options = models.JSONField(default=dict)
    results = models.JSONField()
    is_incomplete = models.BooleanField(default=False, help_text="Some of its inputs were deleted later.")

    def __str__(self) -> str:
        return f"report {self.public_id}"


class Plan(VersionModel, PublicModel):
    """What a project set out to find, frozen before its first rating: written once, never changed."""

    used_lookup = "created_at"

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="plan")
    content = models.JSONField(help_text="As `PlanDraft.describe` writes it.")
    content_hash = models.CharField(max_length=64)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"plan of {self.project}"
