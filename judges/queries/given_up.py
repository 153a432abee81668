"""What a run did not get an answer to."""

from django.db.models import Exists, OuterRef, QuerySet

from judges.models import Attempt, AttemptState, Run

FRUITLESS = (AttemptState.FAILED, AttemptState.LOST, AttemptState.STALE, AttemptState.QUARANTINED)


def list_given_up(run: Run) -> QuerySet[Attempt]:
    """The last tries at cases of this run that led to no verdict and were followed by no other try."""
    later = Attempt.objects.filter(
        task=OuterRef("task"),
        rater=OuterRef("rater"),
        shown_order=OuterRef("shown_order"),
        repeat=OuterRef("repeat"),
        number__gt=OuterRef("number"),
    )
    return Attempt.objects.filter(~Exists(later), run=run, state__in=FRUITLESS)
