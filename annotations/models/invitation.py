from django.conf import settings
from django.db import models

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project, Role


class Invitation(PublicModel):
    """A link by which one person joins a project, once and for a while. Only the hash of its secret is kept."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=12, choices=Role)
    note = models.CharField(max_length=200, blank=True, help_text="For whom it is.")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [one_of(Role, "role", "invitation_role_known")]

    def __str__(self) -> str:
        return f"invitation to {self.project}"
