from django.conf import settings
from django.db import models


class IdempotentReply(models.Model):
    """The first answer to a request that names itself by a key; the same request again gets the same bytes.

    The row is inserted at the start of the transaction that does the work: whoever dies in between leaves nothing,
    and of two at once one waits for the other.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=300, help_text="Whose key it is: token or user, method and path.")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="Content hash of what was asked.")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"reply to {self.scope}"
