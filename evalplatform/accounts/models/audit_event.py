import uuid

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """Who did what to which thing: appended, never changed."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    project = models.UUIDField(null=True, db_index=True, help_text="Public id of the project, if any.")
    action = models.CharField(max_length=64)
    target = models.CharField(max_length=64, help_text="Kind of the thing.")
    target_id = models.CharField(max_length=64)
    before = models.CharField(max_length=64, blank=True, help_text="Content hash before.")
    after = models.CharField(max_length=64, blank=True, help_text="Content hash after.")
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.action} {self.target} {self.target_id}"
