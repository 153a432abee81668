"""The reviewers' queue: which tasks people disagree on, kept up to date by what was answered since."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from annotations.domain.locks.review_lock import hold_review_queue
from annotations.domain.reading.disagreement import Value, measure_disagreement
from annotations.models import Annotation, Criterion, Project, Query, RaterKind, Review, ReviewState, Task
from annotations.queries.standing_answers import read_answers_of_people, read_values_of_people

CHUNK = 500  # tasks
SETTLED = timedelta(minutes=1)  # no answer takes longer from getting its id until it is stored for all to see


@dataclass(frozen=True, slots=True)
class _Spread:
    """How far people are apart on one task, and the answers (ids) that say so."""

    disagreement: float = 0.0
    raters: int = 0
    answers: frozenset[int] = frozenset()


NONE = _Spread()


def refresh_reviews(*, project: Project, now: datetime | None = None) -> int:
    """Take up the answers that came since the queue was last looked at; returns how many tasks they are on.

    The work grows with these answers, not with the project. Those of the last minute are taken up by every look: ids
    are given before transactions end, so that one with a smaller id may have come since.
    """
    settled = Q(created_at__lte=(now or timezone.now()) - SETTLED)
    fresh = Annotation.objects.filter(project=project, pk__gt=project.review_cursor)
    seen = fresh.aggregate(newest=Max("pk"), settled=Max("pk", filter=settled))
    if seen["newest"] is None:
        return 0
    people = fresh.filter(rater__kind=RaterKind.PERSON)
    tasks = list(people.order_by("task_id").values_list("task_id", flat=True).distinct())
    for start in range(0, len(tasks), CHUNK):
        measure_reviews(project=project, tasks=tasks[start : start + CHUNK])
    if seen["settled"] is not None:
        later = Project.objects.filter(pk=project.pk, review_cursor__lt=seen["settled"])
        later.update(review_cursor=seen["settled"])
        project.review_cursor = seen["settled"]
    return len(tasks)


def measure_reviews(*, project: Project, tasks: Collection[int]) -> None:
    """Measure how far people are apart on these tasks (ids). A task enters the queue once two of them differ.

    Nothing is locked while it is measured: on SQLite nobody else could write. They store one at a time, and whoever
    finds that other answers stand by then measures those tasks again.
    """
    waiting = tasks
    while waiting:
        waiting = _store_spreads(project, waiting, _measure_spreads(waiting))


@transaction.atomic
def _store_spreads(
    project: Project, tasks: Collection[int], spreads: Mapping[int, _Spread]
) -> Collection[int]:
    """Store what was measured by the answers that stand; returns the tasks (ids) for which other ones do."""
    hold_review_queue(project)
    fresh = [
        Review(project=project, task_id=task, disagreement=spread.disagreement, raters=spread.raters)
        for task, spread in sorted(spreads.items())
        if spread.disagreement
    ]
    # Most are there already, and a reviewer may be deciding one of them just now: what they make of it stays.
    Review.objects.bulk_create(fresh, ignore_conflicts=True)
    held = list(Review.objects.filter(task__in=tasks).select_for_update().order_by("pk"))
    waiting = _list_changed([review.task_id for review in held], spreads)
    kept = [review for review in held if review.task_id not in waiting]
    noted = [review for review in kept if _note_spread(review, spreads.get(review.task_id, NONE))]
    for review in noted:
        if review.state in (ReviewState.OPEN, ReviewState.AGREED):
            review.state = ReviewState.OPEN if review.disagreement else ReviewState.AGREED
    Review.objects.bulk_update(noted, ["disagreement", "raters", "state"])
    return waiting


def _list_changed(tasks: Collection[int], spreads: Mapping[int, _Spread]) -> set[int]:
    """Those of these tasks, whose places are locked, for which other answers stand than were measured."""
    standing: dict[int, set[int]] = {task: set() for task in tasks}
    for task, answer in read_answers_of_people(tasks):
        standing[task].add(answer)
    return {task for task, answers in standing.items() if answers != spreads.get(task, NONE).answers}


def _note_spread(review: Review, spread: _Spread) -> bool:
    """Whether it is another one than before."""
    before = review.disagreement, review.raters
    review.disagreement, review.raters = spread.disagreement, spread.raters
    return before != (spread.disagreement, spread.raters)


def ensure_review(*, task: Task) -> Review:
    """The task's place in the queue, locked, made where it has none. To be called within a transaction."""
    Review.objects.get_or_create(
        task=task,
        defaults={
            "project_id": task.project_id,
            "disagreement": 0.0,
            "raters": 0,
            "state": ReviewState.AGREED,
        },
    )
    return Review.objects.select_for_update().get(task=task)


def reopen_review(*, review: Review) -> None:
    """Back into the queue once everybody who was asked has answered."""
    if review.state != ReviewState.ASKED or Query.objects.filter(review=review, answered_at=None).exists():
        return
    _note_spread(review, _measure_spreads([review.task_id]).get(review.task_id, NONE))
    review.state = ReviewState.OPEN if review.disagreement else ReviewState.AGREED
    review.save(update_fields=["disagreement", "raters", "state"])


def _measure_spreads(tasks: Collection[int]) -> dict[int, _Spread]:
    held: dict[int, dict[int, dict[int, Value]]] = defaultdict(lambda: defaultdict(dict))
    answers: dict[int, set[int]] = defaultdict(set)
    for task, answer, rater, criterion, *values in read_values_of_people(tasks):
        answers[task].add(answer)
        value = next((value for value in values if value is not None), None)
        if criterion is not None and value is not None:
            held[task][criterion][rater] = value
    criteria = Criterion.objects.in_bulk({key for by_criterion in held.values() for key in by_criterion})
    return {task: _measure_task(held[task], criteria, frozenset(given)) for task, given in answers.items()}


def _measure_task(
    given: Mapping[int, Mapping[int, Value]], criteria: Mapping[int, Criterion], answers: frozenset[int]
) -> _Spread:
    apart = [measure_disagreement(criteria[key], list(by_rater.values())) for key, by_rater in given.items()]
    raters = {rater for by_rater in given.values() for rater in by_rater}
    return _Spread(max(apart, default=0.0), len(raters), answers)
