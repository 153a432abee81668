import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person with an account. Without a usable password until they set one: sign-in is by link."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(
        max_length=8, blank=True, help_text="Language of the pages; empty: the browser's."
    )
    time_zone = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
