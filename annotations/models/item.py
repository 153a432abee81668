from django.db import models

from annotations.models.base import PublicModel
from annotations.models.project import Project


class Item(PublicModel):
    """What is asked: a prompt or several user turns, with context and reference."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="items")
    batch = models.ForeignKey("annotations.Batch", null=True, on_delete=models.SET_NULL, related_name="items")
    key = models.CharField(max_length=200, help_text="The submitter's own id.")
    prompt = models.TextField(null=True, help_text="Null where the text is not to be had.")
    turns = models.JSONField(null=True, help_text="List of the user's turns, where there are several.")
    context = models.TextField(blank=True)
    reference = models.JSONField(null=True, help_text="A text, or one text a turn.")
    language = models.CharField(max_length=16, blank=True)
    attributes = models.JSONField(
        default=dict, help_text="Difficulty, steps, group, twin_of, … (`meta` in a study folder)"
    )
    gate = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Number of what it asks of raters in its project; 0: nothing."
    )
    content_hash = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="When a researcher took it out of the work."
    )
    tombstoned_at = models.DateTimeField(null=True, blank=True)
    source = models.JSONField(
        default=dict, help_text="What an imported line held besides (see study folders)."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="item_key_once")]

    def __str__(self) -> str:
        return self.key
