import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac


class User(AbstractUser):
    """A person with an account. Without a usable password until they set one: sign-in is by link."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(
        max_length=8, blank=True, help_text="Language of the pages; empty: the browser's."
    )
    time_zone = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0, help_text="Sessions of an earlier one are over.")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know to go on: a new password ends it, and so does a new epoch."""
        key = "evalplatform.accounts.models.User.session"
        return salted_hmac(
            key, f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()
