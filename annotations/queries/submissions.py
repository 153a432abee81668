"""What a person has submitted: how much, and what of it can still be undone."""

from django.db.models import QuerySet

from annotations.models import Annotation, Phase, Rater

SUBMITTED = (Phase.INDEPENDENT, Phase.SURPLUS)  # a revision is no further submission


def list_submissions(*, rater: Rater) -> QuerySet[Annotation]:
    """Current answers that the person gave here themselves, newest first."""
    return Annotation.objects.filter(
        project=rater.project_id, rater=rater, is_current=True, assignment__isnull=False
    ).order_by("-pk")


def count_submissions(*, rater: Rater) -> int:
    return list_submissions(rater=rater).count()


def count_later_submissions(*, annotation: Annotation) -> int:
    """How many answers the same person gave after this one, those undone since included."""
    return Annotation.objects.filter(
        project=annotation.project_id,
        rater=annotation.rater_id,
        pk__gt=annotation.pk,
        assignment__isnull=False,
        phase__in=SUBMITTED,
    ).count()


def find_last_submission(*, rater: Rater) -> Annotation | None:
    """The answer that an undo would take back."""
    return list_submissions(rater=rater).filter(phase__in=SUBMITTED).first()
