from django.conf import settings
from django.db import models

from annotations.models.base import PublicModel
from annotations.models.project import Project


class Upload(PublicModel):
    """A file that somebody is about to take in, in pieces: kept while its columns are being mapped, then gone."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="uploads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    piece_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text="In so many pieces the file lies; 0: it lies in `content`."
    )
    content = models.BinaryField(
        default=b"", db_default=b"", help_text="The whole of a file that was kept before files lay in pieces."
    )
    content_hash = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict, help_text="What each column is, by its name.")
    needs_language = models.CharField(
        max_length=35,
        blank=True,
        default="",
        db_default="",
        help_text="Of items that ask for nothing themselves.",
    )
    needs_skills = models.CharField(
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text="Names of the same items' skills, by commas.",
    )

    def __str__(self) -> str:
        return f"upload {self.public_id}"
