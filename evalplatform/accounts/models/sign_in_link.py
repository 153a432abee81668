from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkPurpose(models.TextChoices):
    SIGN_IN = "sign_in", _("signs in")
    PASSWORD = "password", _("sets a password")


class SignInLink(models.Model):
    """A link that signs one user in or lets them choose a password, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_in_links")
    purpose = models.CharField(max_length=8, choices=LinkPurpose, default=LinkPurpose.SIGN_IN)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link for {self.user}"
