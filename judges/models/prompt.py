from django.conf import settings
from django.db import models

from annotations.models import Project
from annotations.models.base import PublicModel
from annotations.models.version import VersionModel


class Prompt(VersionModel, PublicModel):
    """A version of what a judge is told. Once a judge uses it, it never changes."""

    used_lookup = "judges__used_at"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="prompts")
    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    protocol = models.CharField(max_length=32)
    system_template = models.TextField(blank=True)
    user_template = models.TextField()
    content_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=16, blank=True, help_text="Of its own words; empty: not stated.")
    note = models.CharField(max_length=300, blank=True, help_text="What is new in this version.")
    library = models.CharField(
        max_length=64, blank=True, help_text="Name and version of the library's prompt that it is."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "key", "version"], name="prompt_version_once"),
            models.UniqueConstraint(fields=["project", "key", "content_hash"], name="prompt_content_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"
