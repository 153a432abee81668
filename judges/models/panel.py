from typing import Any, ClassVar  # Django's own signatures are open

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Project, Rater
from annotations.models.base import PublicModel, one_of
from annotations.models.version import VersionModel, VersionQuerySet
from judges.models.judge import Judge


class Weighting(models.TextChoices):
    EQUAL = "equal", _("all alike")
    CROSS_FITTED = "cross_fitted", _("learnt from labels of other items")
    SIGNED = "cross_fitted_signed", _("learnt so, and against a member that is mostly wrong")


class PanelQuerySet(VersionQuerySet["Panel"]):
    """That a panel has something to do may be noted at any time."""

    def update(self, **values: Any) -> int:
        return (
            models.QuerySet.update(self, **values) if list(values) == ["is_due"] else super().update(**values)
        )


class Panel(VersionModel, PublicModel):
    """Several judges that speak as one rater. Immutable once it has spoken: its weights too."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="panels")
    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="panel")
    weighting = models.CharField(max_length=24, choices=Weighting, default=Weighting.EQUAL)
    labels_by = models.CharField(
        max_length=220, blank=True, help_text="Whose labels taught the weights: people, people:expert, …"
    )
    quorum = models.PositiveSmallIntegerField(
        null=True, help_text="Members that must have spoken; null: all."
    )
    seed = models.BigIntegerField(default=0, help_text="Deals the items into folds.")
    weights = models.JSONField(
        default=dict,
        help_text="By criterion, one list a fold, one number a member in the order of their keys.",
    )
    content_hash = models.CharField(max_length=64, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    is_due = models.BooleanField(
        default=True, help_text="A member may have said something since it last spoke."
    )

    objects: ClassVar[models.Manager["Panel"]] = PanelQuerySet.as_manager()

    class Meta:
        constraints = [one_of(Weighting, "weighting", "panel_weighting_known")]

    def __str__(self) -> str:
        return f"panel of {self.rater}"


class PanelMember(VersionModel):
    """A rater's seat in a panel. `judge` is empty where its verdicts were imported."""

    used_lookup = "panel__used_at"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="members")
    judge = models.ForeignKey(Judge, null=True, on_delete=models.RESTRICT, related_name="seats")
    rater = models.ForeignKey(Rater, null=True, on_delete=models.RESTRICT, related_name="seats")
    weight = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "judge"], name="panel_member_once"),
            models.UniqueConstraint(fields=["panel", "rater"], name="panel_rater_once"),
        ]

    def __str__(self) -> str:
        return f"seat of {self.rater or self.judge}"
