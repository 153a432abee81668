"""Worsened copies that are scored by themselves: who may be asked them, and scores beside those of the originals."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotations.models import (
    Annotation,
    Assignment,
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
class Signs:
    """How often a copy's score lay below the original's of the same rater, was the same, or lay above."""

    below: int
    same: int
    above: int

    @property
    def lower(self) -> Share:
        """How often it was below, of those that differ: 1/2 where copies are not told from originals."""
        return Share(self.below, self.below + self.above)


@dataclass(frozen=True, slots=True)
class ScoredResults:
    """For each rater, by name, and for each way to make an answer worse."""

    raters: tuple[tuple[Rater, Signs], ...]
    kinds: tuple[tuple[str, Signs], ...]


class _Copy(NamedTuple):
    """The rubric (id) by whose words a copy is asked, the answer (id) it is of, in which way it is worse, and the
    criterion (key) it is about.
    """

    rubric: int
    generation: int
    kind: str
    key: str


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
    return sorted(tasks.values_list("pk", flat=True))


def _is_copy_due(rater: Rater) -> Q:
    """Whether a task is a copy whose original the rater scored by the same words, so long ago as for repeats.

    Not while the original or another copy of it lies among what they were dealt since: both would be remembered.
    """
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
    due = Twin.objects.filter(Exists(scored), ~Exists(_list_met_lately(rater, own)), task=OuterRef("pk"))
    return Q(Exists(due), state=TaskState.COPY)


def _list_met_lately(rater: Rater, own: QuerySet[Annotation]) -> QuerySet[Assignment]:
    """Of a copy: leases within the last answers, held or skipped ones too, on its original or another copy of it."""
    long_ago = own.order_by("-pk").values("assignment")[APART : APART + 1]
    places = TaskGeneration.objects.filter(task=OuterRef("task"), generation=OuterRef(OuterRef("generation")))
    copies = Twin.objects.filter(  # by their items: their tasks change with the version of the rubric
        generation=OuterRef(OuterRef("generation")), task__item=OuterRef("task__item")
    )
    leases = Assignment.objects.filter(rater=rater, pk__gt=Subquery(long_ago))
    return leases.filter(Q(Exists(places)) | Q(Exists(copies)))


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
    said = _read_scores(_list_copied(project), {task: {twin.key} for task, twin in copies.items()})
    originals = _read_originals(project, copies.values())
    counted: dict[int | str, Counter[str]] = {}
    for (task, rater, key), value in said.items():
        twin = copies[task]
        before = originals.get((twin.generation, twin.rubric, rater, key))
        if before is None:
            continue
        way = "below" if value < before else "above" if value > before else "same"
        for row in (rater, twin.kind):
            counted.setdefault(row, Counter())[way] += 1
    people = Rater.objects.filter(pk__in=[row for row in counted if isinstance(row, int)]).order_by("name")
    kinds = sorted(row for row in counted if isinstance(row, str))
    return ScoredResults(
        tuple((rater, _count_signs(counted[rater.pk])) for rater in people),
        tuple((kind, _count_signs(counted[kind])) for kind in kinds),
    )


def _count_signs(counted: Counter[str]) -> Signs:
    return Signs(counted["below"], counted["same"], counted["above"])


def _read_copies(project: Project) -> dict[int, _Copy]:
    """By task (id), of earlier versions of its rubric too."""
    tasks = Task.objects.filter(project=project, state=TaskState.COPY)
    rows = tasks.values_list("pk", Coalesce("renewed_from", "pk"), "rubric")
    firsts = {task: (first, rubric) for task, first, rubric in rows}
    stated = Twin.objects.filter(project=project, task__in=firsts).select_related("criterion")
    held = {firsts[twin.task_id][0]: twin for twin in stated if twin.task_id is not None}
    return {
        task: _Copy(rubric, twin.generation_id, twin.kind, twin.criterion.key)
        for task, (first, rubric) in firsts.items()
        if (twin := held.get(first)) is not None and twin.criterion is not None
    }


def _list_copied(project: Project) -> QuerySet[Rating]:
    first = list_first(project).filter(phase=Phase.CHECK, repeat=0, task__state=TaskState.COPY)
    return Rating.objects.filter(annotation__in=first)


def _read_scores(
    ratings: QuerySet[Rating], asked: Mapping[int, Collection[str]]
) -> dict[tuple[int, int, str], float]:
    """By task, rater and criterion (key): the values of the criteria that are asked about of each task (id)."""
    rows = ratings.filter(annotation__task__in=asked).select_related("criterion", "annotation")
    found = {}
    for rating in rows:
        task, key, value = rating.annotation.task_id, rating.criterion.key, place_value(rating)
        if value is not None and key in asked[task]:
            found[task, rating.annotation.rater_id, key] = value
    return found


def _read_originals(project: Project, copies: Collection[_Copy]) -> dict[tuple[int, int, int, str], float]:
    """By answer, rubric, rater and criterion (key): what was said first of each original."""
    asked: dict[tuple[int, int], set[str]] = {}  # copies of one answer may be about different criteria
    for copy in copies:
        asked.setdefault((copy.generation, copy.rubric), set()).add(copy.key)
    places = TaskGeneration.objects.filter(
        generation__in={answer for answer, _ in asked}, task__kind=TaskKind.SINGLE, task__turn=None
    )
    tasks = {
        task: (generation, rubric)
        for task, generation, rubric in places.values_list("task", "generation", "task__rubric")
        if (generation, rubric) in asked
    }
    first = list_first(project).exclude(phase__in=NOT_BLIND).filter(repeat=0, task__in=tasks)
    same = {task: asked[place] for task, place in tasks.items()}
    said = _read_scores(Rating.objects.filter(annotation__in=first), same)
    return {(*tasks[task], rater, key): value for (task, rater, key), value in said.items()}


def place_value(rating: Rating) -> float | None:
    """The value as a number, or its place on a scale of words; None where it is absent."""
    if rating.number is not None or rating.code is None:
        return rating.number
    listed: Iterable[object] = [entry["value"] for entry in rating.criterion.values]
    return next((float(place) for place, value in enumerate(listed) if value == rating.code), None)
