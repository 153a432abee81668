from django.conf import settings
from django.db import models


class SecondFactor(models.Model):
    """The key that an account shares with an app of its owner; asked for once it is confirmed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor"
    )
    key = models.TextField(help_text="Encrypted under the master key.")
    last_step = models.BigIntegerField(
        default=0, help_text="The time step of the last code that was taken: none of it or before is again."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"second factor of {self.user}"


class RecoveryCode(models.Model):
    """One code for whoever has lost the app: only its hash is kept, it works once."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk}"
