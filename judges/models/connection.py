from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Project
from annotations.models.base import PublicModel, one_of


class Provider(models.TextChoices):
    OPENAI = "openai", _("OpenAI or compatible")
    ANTHROPIC = "anthropic", _("Anthropic")
    LOCAL = "local", _("small model on this machine")


class Connection(PublicModel):
    """An account at a provider. The key is encrypted, write-only, and belongs to its owner."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="connections"
    )
    name = models.CharField(max_length=100)
    provider = models.CharField(max_length=16, choices=Provider)
    base_url = models.CharField(max_length=500, blank=True, help_text="Empty: the provider's own address.")
    encrypted_key = models.TextField(blank=True)
    key_ending = models.CharField(max_length=4, blank=True, help_text="Last characters, to recognise it.")
    capabilities = models.JSONField(
        default=dict, blank=True, help_text="By model: what a probe found that it can be asked for, and when."
    )
    projects = models.ManyToManyField(Project, related_name="connections", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="connection_name_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(owner=None), name="connection_without_owner_once"
            ),
            one_of(Provider, "provider", "connection_provider_known"),
        ]

    def __str__(self) -> str:
        return self.name
