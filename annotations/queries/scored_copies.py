"""Worsened copies that are scored by themselves: who may be asked them, and scores beside those of the originals."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotations.models import (
    Annotation,
    Criterion,
    Level,
    Phase,
    Project,
    Rater,
    Rating,
    Task,
    TaskGeneration,
    TaskKind,
    TaskState,
    Twin,
)
from annotations.queries.check_results import Share, list_first
from annotations.queries.checks import APART, is_askable
from annotations.queries.rubrics import list_rubric_versions

SCORED = (Level.ORDINAL, Level.INTERVAL, Level.RATIO)
NOT_BLIND = (Phase.SURPLUS, Phase.TRAINED)  # answers that came late, or after which the rater was told


@dataclass(frozen=True, slots=True)
class Order:
    """How often a copy's score lay below the original's of the same rater, was the same, or lay above."""

    below: int
    same: int
    above: int

    @property
    def kept(self) -> Share:
        """How often it was not above."""
        return Share(self.below + self.same, self.below + self.same + self.above)


@dataclass(frozen=True, slots=True)
class ScoredResults:
    """For each rater, by name, and for each way to make an answer worse."""

    raters: tuple[tuple[Rater, Order], ...]
    kinds: tuple[tuple[str, Order], ...]


def list_scored_criteria(project: Project) -> list[Criterion]:
    """Questions of the newest rubrics of single answers whose values have an order."""
    newest: dict[str, list[Criterion]] = {}
    for rubric in list_rubric_versions(project):  # the newest first
        if rubric.task_kind == TaskKind.SINGLE and rubric.key not in newest:
            found = rubric.criteria.filter(level__in=SCORED).order_by("position")
            newest[rubric.key] = list(found.select_related("rubric"))
    return [criterion for held in newest.values() for criterion in held]


def list_checks_left(*, rater: Rater) -> list[int]:
    """Tasks (ids) that may come as checks of known answer: `list_gold_left`, and copies whose original they scored."""
    tasks = Task.objects.filter(is_askable(rater, also=_is_copy_due(rater)), project=rater.project_id)
    return list(tasks.order_by("pk").values_list("pk", flat=True))


def _is_copy_due(rater: Rater) -> Q:
    """Whether a task is a copy whose original the rater scored by the same words, so long ago as for repeats."""
    own = Annotation.objects.filter(
        project=rater.project_id, rater=rater, is_current=True, assignment__isnull=False
    )
    long_ago = own.order_by("-pk").values("pk")[APART : APART + 1]
    scored = own.exclude(phase__in=NOT_BLIND).filter(
        pk__lte=Subquery(long_ago),
        repeat=0,
        task__kind=TaskKind.SINGLE,
        task__turn=None,
        task__rubric=OuterRef("task__rubric"),
        task__positions__generation=OuterRef("generation"),
    )
    return Q(Exists(Twin.objects.filter(Exists(scored), task=OuterRef("pk"))), state=TaskState.COPY)


def is_scored_by_itself(criterion: Criterion) -> Q:
    """Whether an answer has a task of its own, about the whole of it, under the rubric of this criterion."""
    alone = TaskGeneration.objects.filter(
        generation=OuterRef("pk"),
        task__kind=TaskKind.SINGLE,
        task__turn=None,
        task__rubric__key=criterion.rubric.key,
        task__state__in=(TaskState.OPEN, TaskState.GOLD),
    )
    return Q(Exists(alone))


def read_scored_results(project: Project) -> ScoredResults:
    """First scores of copies beside the same rater's first score of the original, by the same words of the question."""
    copies = _read_copies(project)
    said = _read_scores(_list_copied(project), copies)
    originals = _read_originals(project, copies)
    counted: dict[int | str, Counter[str]] = {}
    for (task, rater), value in said.items():
        twin, rubric = copies[task]
        before = originals.get((twin.generation_id, rubric, rater))
        if before is None:
            continue
        way = "below" if value < before else "above" if value > before else "same"
        for key in (rater, twin.kind):
            counted.setdefault(key, Counter())[way] += 1
    people = Rater.objects.filter(pk__in=[key for key in counted if isinstance(key, int)]).order_by("name")
    kinds = sorted(key for key in counted if isinstance(key, str))
    return ScoredResults(
        tuple((rater, _order(counted[rater.pk])) for rater in people),
        tuple((kind, _order(counted[kind])) for kind in kinds),
    )


def _order(counted: Counter[str]) -> Order:
    return Order(counted["below"], counted["same"], counted["above"])


def _read_copies(project: Project) -> dict[int, tuple[Twin, int]]:
    """By task (id), of earlier versions of its rubric too: the copy, and the rubric (id) by whose words it is asked."""
    tasks = Task.objects.filter(project=project, state=TaskState.COPY)
    rows = tasks.values_list("pk", Coalesce("renewed_from", "pk"), "rubric")
    firsts = {task: (first, rubric) for task, first, rubric in rows}
    twins = Twin.objects.filter(project=project, task__in=firsts).select_related("criterion")
    held = {firsts[twin.task_id][0]: twin for twin in twins if twin.task_id is not None}
    return {task: (held[first], rubric) for task, (first, rubric) in firsts.items() if first in held}


def _list_copied(project: Project) -> QuerySet[Rating]:
    first = list_first(project).filter(phase=Phase.CHECK, repeat=0, task__state=TaskState.COPY)
    return Rating.objects.filter(annotation__in=first)


def _read_scores(
    ratings: QuerySet[Rating], copies: Mapping[int, tuple[Twin, int]]
) -> dict[tuple[int, int], float]:
    """By task and rater: the value of the criterion that each copy is about."""
    rows = ratings.filter(annotation__task__in=copies).select_related("criterion", "annotation")
    found = {}
    for rating in rows:
        task, value = rating.annotation.task_id, place_value(rating)
        asked = copies[task][0].criterion
        if value is not None and asked is not None and rating.criterion.key == asked.key:
            found[task, rating.annotation.rater_id] = value
    return found


def _read_originals(
    project: Project, copies: Mapping[int, tuple[Twin, int]]
) -> dict[tuple[int, int, int], float]:
    """By answer, rubric and rater: what was said first of each original."""
    asked = {(twin.generation_id, rubric): twin for twin, rubric in copies.values()}
    places = TaskGeneration.objects.filter(
        generation__in={answer for answer, _ in asked}, task__kind=TaskKind.SINGLE, task__turn=None
    )
    tasks = {
        task: (generation, rubric)
        for task, generation, rubric in places.values_list("task", "generation", "task__rubric")
        if (generation, rubric) in asked
    }
    first = list_first(project).exclude(phase__in=NOT_BLIND).filter(repeat=0, task__in=tasks)
    same = {task: (asked[key], key[1]) for task, key in tasks.items()}
    said = _read_scores(Rating.objects.filter(annotation__in=first), same)
    return {(*tasks[task], rater): value for (task, rater), value in said.items()}


def place_value(rating: Rating) -> float | None:
    """The value as a number, or its place on a scale of words; None where it is absent."""
    if rating.number is not None or rating.code is None:
        return rating.number
    listed: Iterable[object] = [entry["value"] for entry in rating.criterion.values]
    return next((float(place) for place, value in enumerate(listed) if value == rating.code), None)
