from django.db import models

from annotations.models import Project
from annotations.models.base import PublicModel


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
