from django.db import models

from annotations.models.base import PublicModel
from annotations.models.project import Project


class System(PublicModel):
    """What produced generations: a model with its decoding and version. Its name is hidden from raters."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="systems")
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=100, blank=True, help_text="Vendor.")
    attributes = models.JSONField(default=dict, help_text="Parameters, compute, cut-off date, shots, …")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="system_name_once")]

    def __str__(self) -> str:
        return self.name
