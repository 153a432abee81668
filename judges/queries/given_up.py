"""What a run did not get an answer to."""

from django.db.models import Exists, OuterRef, QuerySet

from judges.models import Attempt, AttemptState, Run

HELD = (AttemptState.PENDING, AttemptState.LEASED, AttemptState.DONE, AttemptState.QUARANTINED)
FRUITLESS = (AttemptState.FAILED, AttemptState.LOST, AttemptState.STALE, AttemptState.QUARANTINED)


def list_given_up(run: Run) -> QuerySet[Attempt]:
    """The last tries at calls of this run that brought no answer and were followed by no other try."""
    later = Attempt.objects.filter(
        task=OuterRef("task"),
        rater=OuterRef("rater"),
        shown_order=OuterRef("shown_order"),
        repeat=OuterRef("repeat"),
        step=OuterRef("step"),
        number__gt=OuterRef("number"),
    )
    return Attempt.objects.filter(~Exists(later), run=run, state__in=FRUITLESS)


def list_held_elsewhere(run: Run) -> QuerySet[Attempt]:
    """Attempts by which another run has taken up the outer attempt's case, or has its verdict."""
    return Attempt.objects.filter(
        task=OuterRef("task"),
        rater=OuterRef("rater"),
        shown_order=OuterRef("shown_order"),
        repeat=OuterRef("repeat"),
        state__in=HELD,
    ).exclude(run=run)
