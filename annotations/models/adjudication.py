from django.conf import settings
from django.db import models

from annotations.models.annotation import Annotation
from annotations.models.base import PublicModel
from annotations.models.project import Project
from annotations.models.task import Task


class Adjudication(PublicModel):
    """A reviewer's decision over disagreeing ratings; its values are an annotation of a reference rater."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="adjudications")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="adjudications")
    annotation = models.OneToOneField(Annotation, on_delete=models.CASCADE, related_name="adjudication")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"adjudication of task {self.task_id}"
