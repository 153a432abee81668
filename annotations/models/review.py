from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.annotation import Annotation
from annotations.models.base import PublicModel, one_of
from annotations.models.project import Project
from annotations.models.rater import Rater
from annotations.models.task import Task


class ReviewState(models.TextChoices):
    OPEN = "open", _("to be settled")
    ASKED = "asked", _("its raters have been asked again")
    AGREED = "agreed", _("its raters agree")
    DECIDED = "decided", _("decided")


class Review(PublicModel):
    """A task in the reviewers' queue, with how far its raters disagree."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="reviews")
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="review")
    disagreement = models.FloatField(
        help_text="Of the criterion with most of it: mean distance of two people's answers, 0 to 1."
    )
    raters = models.PositiveSmallIntegerField(help_text="People whose answers stand.")
    state = models.CharField(max_length=8, choices=ReviewState, default=ReviewState.OPEN)

    class Meta:
        constraints = [one_of(ReviewState, "state", "review_state_known")]
        indexes = [
            models.Index(
                fields=["project", "-disagreement", "id"],
                condition=Q(state="open"),
                name="review_open_by_disagreement",
            )
        ]

    def __str__(self) -> str:
        return f"review of task {self.task_id}"


class Asking(models.TextChoices):
    RETURN = "return", _("sent back: look again by yourself")
    DISCUSSION = "discussion", _("discussion: look again with the others' answers")


class Query(PublicModel):
    """What a reviewer asks a rater about an answer; a new answer, or leave to keep the old one, ends it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="queries")
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="queries")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="queries")
    annotation = models.ForeignKey(Annotation, on_delete=models.CASCADE, related_name="queries")
    kind = models.CharField(max_length=10, choices=Asking)
    note = models.TextField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reply = models.TextField(blank=True, help_text="What the rater says of it.")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "rater"], condition=Q(answered_at=None), name="query_open_once"
            ),
            one_of(Asking, "kind", "query_kind_known"),
        ]
        indexes = [models.Index(fields=["rater"], condition=Q(answered_at=None), name="query_open_by_rater")]

    def __str__(self) -> str:
        return f"query {self.public_id}"
