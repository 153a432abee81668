"""Verdicts that come of other verdicts, written so that doing it again changes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from annotations.models import Annotation, Criterion, Presentation, Rater, Rating, Task, TaskKind
from evalplatform.common.clock import database_now
from evalplatform.common.hashing import hash_content

CHUNK = 1000
DIGITS = 12


@dataclass(frozen=True, slots=True)
class DerivedRating:
    """A value under one criterion (its ids in all versions of the rubric); exactly one of the three is given."""

    criteria: tuple[int, ...]
    number: float | None = None
    code: str | None = None
    absent: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """How many annotations are new, took another's place, were taken back, and stand as they were."""

    new: int = 0
    superseded: int = 0
    retracted: int = 0
    unchanged: int = 0


@transaction.atomic
def write_derived(*, rater: Rater, verdicts: Mapping[int, Iterable[DerivedRating]]) -> Written:
    """Make the rater's current annotations those of `verdicts` (by task id).

    What changed is superseded, what has no ground any more is retracted, and nothing is written twice. The caller
    holds a lock on whatever the rater speaks for.
    """
    now = database_now()
    rubrics = dict(Task.objects.filter(project=rater.project_id).values_list("pk", "rubric"))
    kinds = dict(Task.objects.filter(project=rater.project_id).values_list("pk", "kind"))
    homes = dict(Criterion.objects.filter(project=rater.project_id).values_list("pk", "rubric"))
    wanted = {task: _place(held, rubrics[task], homes) for task, held in verdicts.items() if task in rubrics}
    hashes = {task: _hash(held) for task, held in wanted.items() if held}
    current = {
        task: (pk, digest)
        for task, pk, digest in Annotation.objects.filter(rater=rater, is_current=True).values_list(
            "task", "pk", "content_hash"
        )
    }
    changed = [task for task, digest in hashes.items() if current.get(task, (0, ""))[1] != digest]
    gone = [pk for task, (pk, _) in current.items() if task not in hashes]
    replaced = [current[task][0] for task in changed if task in current]
    _retire(replaced, retracted_at=None)
    _retire(gone, retracted_at=now)
    for start in range(0, len(changed), CHUNK):
        chunk = changed[start : start + CHUNK]
        made = Annotation.objects.bulk_create(
            Annotation(
                project_id=rater.project_id,
                task_id=task,
                rater=rater,
                presentation=Presentation.SHOWN if kinds[task] == TaskKind.SINGLE else Presentation.MERGED,
                supersedes_id=current[task][0] if task in current else None,
                content_hash=hashes[task],
            )
            for task in chunk
        )
        Rating.objects.bulk_create(
            _build(annotation, criterion, rating)
            for annotation in made
            for criterion, rating in wanted[annotation.task_id].items()
        )
    return Written(
        new=len(changed) - len(replaced),
        superseded=len(replaced),
        retracted=len(gone),
        unchanged=len(hashes) - len(changed),
    )


def _place(
    ratings: Iterable[DerivedRating], rubric: int, homes: Mapping[int, int]
) -> dict[int, DerivedRating]:
    """Each rating under the criterion of the task's own version of the rubric."""
    return {pk: rating for rating in ratings for pk in rating.criteria if homes.get(pk) == rubric}


def _hash(held: Mapping[int, DerivedRating]) -> str:
    return hash_content(
        [
            [pk, _shorten(rating.number), rating.code, rating.absent, _shorten(rating.confidence)]
            for pk, rating in sorted(held.items())
        ]
    )


def _shorten(number: float | None) -> float | None:
    """Sums in another order differ in their last digits, and are no other verdict."""
    return None if number is None else float(f"{number:.{DIGITS}g}")


def _retire(annotations: list[int], *, retracted_at: datetime | None) -> None:
    for start in range(0, len(annotations), CHUNK):
        held = Annotation.objects.filter(pk__in=annotations[start : start + CHUNK])
        held.update(is_current=False, retracted_at=retracted_at)


def _build(annotation: Annotation, criterion: int, rating: DerivedRating) -> Rating:
    return Rating(
        project_id=annotation.project_id,
        annotation=annotation,
        criterion_id=criterion,
        number=rating.number,
        code=rating.code,
        absent=rating.absent,
        confidence=None if rating.confidence is None else _shorten(rating.confidence),
    )
