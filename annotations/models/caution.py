from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project
from annotations.models.rater import Rater
from annotations.models.task import Task


class Ground(models.TextChoices):
    GOLD = "gold", _("known answers")
    REPEATS = "repeats", _("the same said twice")


class CautionEffect(models.TextChoices):
    WARN = "warn", _("warned")
    PAUSE = "pause", _("paused")
    TRAIN = "train", _("sent back to training")


class CautionState(models.TextChoices):
    STANDING = "standing", _("stands")
    ENDED = "ended", _("ended")
    LIFTED = "lifted", _("lifted: counted again, it does not hold")


class Caution(PublicModel):
    """What a project's rule found about a rater, what followed, and what both sides said.

    Checks are counted whose answers (ids) lie above `after` and up to `upto`; a later caution counts on from there.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="cautions")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="cautions")
    ground = models.CharField(max_length=8, choices=Ground)
    effect = models.CharField(max_length=8, choices=CautionEffect)
    state = models.CharField(max_length=8, choices=CautionState, default=CautionState.STANDING)
    hits = models.PositiveIntegerField(help_text="As last counted.")
    n = models.PositiveIntegerField(help_text="As last counted.")
    issued_hits = models.PositiveIntegerField(null=True, help_text="As counted when it was issued.")
    issued_n = models.PositiveIntegerField(null=True, help_text="As counted when it was issued.")
    recounted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When known answers that it stood on were last corrected or taken back.",
    )
    floor = models.FloatField(help_text="Share that was expected.")
    error = models.FloatField(help_text="Most chance of a caution to a rater who is at the floor.")
    after = models.BigIntegerField()
    upto = models.BigIntegerField()
    seen_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of(Ground, "ground", "caution_ground_known"),
            one_of(CautionEffect, "effect", "caution_effect_known"),
            one_of(CautionState, "state", "caution_state_known"),
        ]
        indexes = [models.Index(fields=["rater", "state"], name="caution_by_rater_state")]

    def __str__(self) -> str:
        return f"caution {self.public_id}"

    @property
    def first_hits(self) -> int:
        """Hits when it was issued."""
        return self.hits if self.issued_hits is None else self.issued_hits

    @property
    def first_n(self) -> int:
        """Checks that were counted when it was issued."""
        return self.n if self.issued_n is None else self.issued_n

    @property
    def floor_percent(self) -> float:
        """The share that was expected, in percent."""
        return 100 * self.floor


class ObjectionState(models.TextChoices):
    OPEN = "open", _("waits for a researcher")
    UPHELD = "upheld", _("the known answer stands")
    WITHDRAWN = "withdrawn", _("the known answer was withdrawn")


class Objection(PublicModel):
    """A rater's word against a known answer that a caution counted, and what became of it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="objections")
    caution = models.ForeignKey(Caution, on_delete=models.CASCADE, related_name="objections")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="objections")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="objections")
    text = models.TextField()
    state = models.CharField(max_length=9, choices=ObjectionState, default=ObjectionState.OPEN)
    reply = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caution", "task"], name="objection_once"),
            one_of(ObjectionState, "state", "objection_state_known"),
        ]

    def __str__(self) -> str:
        return f"objection {self.public_id}"
