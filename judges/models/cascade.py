from django.db import models

from annotations.models import Project, Rater
from annotations.models.base import PublicModel
from annotations.models.version import VersionModel


class Cascade(VersionModel, PublicModel):
    """A cheap judge, a dear one for what it is not sure of, people for the rest, as one rater.

    It never rates an item that its thresholds were chosen on. Immutable once it has rated.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="cascades")
    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="cascade")
    cheap = models.ForeignKey(Rater, on_delete=models.RESTRICT, related_name="+")
    dear = models.ForeignKey(Rater, on_delete=models.RESTRICT, related_name="+")
    criterion = models.CharField(max_length=420, help_text="Its name in reports.")
    labels_by = models.CharField(max_length=220, help_text="Whose labels it was held to.")
    bound = models.FloatField(help_text="Share of disagreement allowed among what a judge keeps.")
    delta = models.FloatField(help_text="Probability with which that may fail.")
    calibration_share = models.FloatField(help_text="Share of items kept for choosing the thresholds.")
    seed = models.BigIntegerField(default=0, help_text="Draws those items.")
    thresholds = models.JSONField(
        null=True, help_text="Of the cheap and the dear judge, null: it keeps nothing. Null: not chosen yet."
    )
    content_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"cascade of {self.rater}"
