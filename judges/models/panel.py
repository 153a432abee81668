from django.db import models

from annotations.models import Project, Rater
from annotations.models.base import PublicModel
from judges.models.judge import Judge


class Panel(PublicModel):
    """Several judges that speak as one rater."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="panels")
    rater = models.OneToOneField(Rater, on_delete=models.CASCADE, related_name="panel")

    def __str__(self) -> str:
        return f"panel of {self.rater}"


class PanelMember(models.Model):
    """A judge's weight in a panel."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="members")
    judge = models.ForeignKey(Judge, on_delete=models.RESTRICT, related_name="seats")
    weight = models.FloatField(default=1.0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "judge"], name="panel_member_once")]

    def __str__(self) -> str:
        return f"seat of {self.judge}"
