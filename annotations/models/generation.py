from django.db import models

from annotations.models.base import PublicModel
from annotations.models.item import Item
from annotations.models.project import Project
from annotations.models.system import System


class Generation(PublicModel):
    """One output for an item by one system. Without a text its tasks are never dealt or judged."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="generations")
    batch = models.ForeignKey(
        "annotations.Batch", null=True, on_delete=models.SET_NULL, related_name="generations"
    )
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="generations")
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="generations")
    text = models.TextField(null=True)
    turns = models.JSONField(null=True, help_text="List of answers, one a user turn.")
    meta = models.JSONField(default=dict)
    is_placeholder = models.BooleanField(
        default=False, help_text="Named by a rating, never submitted itself."
    )
    content_hash = models.CharField(max_length=64)
    tombstoned_at = models.DateTimeField(null=True, blank=True)
    source = models.JSONField(
        default=dict, help_text="What an imported line held besides (see study folders)."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "system"], name="generation_once")]

    def __str__(self) -> str:
        return f"generation {self.public_id}"
