"""What checks say of each rater: answers as expected, and the same said twice. Exact intervals, for few are asked."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from annotations.models import CHECKED, Annotation, Phase, Project, Rater, RaterKind, Rating, Task
from annotations.queries.checks import GOLD, list_gold, list_gold_of_all_versions
from annotations.queries.compared import Said, agrees, list_marked, read_expected, read_said
from annotations.queries.submissions import IS_FIRST
from evalplatform.agreement.exact import limit_share

ERROR = 0.05  # of a two-sided interval


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`, and the exact interval of 95 % around it (Clopper and Pearson 1934); 0 to 1 where n is 0."""

    hits: int
    n: int

    @property
    def low(self) -> float:
        return 1 - limit_share(self.n - self.hits, self.n, ERROR / 2)

    @property
    def high(self) -> float:
        return limit_share(self.hits, self.n, ERROR / 2)


@dataclass(frozen=True, slots=True)
class CheckedRater:
    """A person: checks answered as expected, and tasks of which they said the same again."""

    rater: Rater
    gold: Share
    repeats: Share


@dataclass(frozen=True, slots=True)
class CheckedTask:
    """A task of known answer: how many people answered as expected. Few may mean that what is expected is wrong.

    Of an earlier version of its rubric it is asked no more.
    """

    task: Task
    gold: Share
    is_asked: bool


@dataclass(frozen=True, slots=True)
class CheckResults:
    """Raters who were checked, by name, and all tasks of known answer."""

    raters: tuple[CheckedRater, ...]
    tasks: tuple[CheckedTask, ...]


def read_check_results(project: Project) -> CheckResults:
    """As expected is an answer of which every expected number, code or absence is the same, and whose marks lie no
    further from expected ones than the known answer says; texts are not compared. To pass over an expected question
    is a miss.

    First answers are read, not what they were changed into.
    """
    expected = read_expected(list_expected(project))
    first = _list_given(project)
    said = read_said(Rating.objects.filter(annotation__in=first), marks=list_marked(expected.values()))
    given = [key for key in first.values_list("task", "rater", "repeat") if key[0] in expected]
    gold = [(key, agrees(expected[key[0]], said.get(key, {}))) for key in given]
    again = _compare_repeats(read_said(_list_repeated(project)))
    raters = {rater for (_, rater, _), _ in gold} | {rater for rater, _ in again}
    by_rater, by_task = _share((key[1], hit) for key, hit in gold), _share((key[0], hit) for key, hit in gold)
    twice = _share(again)
    nothing, asked = Share(0, 0), set(list_gold(project).values_list("pk", flat=True))
    people = Rater.objects.filter(pk__in=raters).order_by("name")
    return CheckResults(
        tuple(CheckedRater(r, by_rater.get(r.pk, nothing), twice.get(r.pk, nothing)) for r in people),
        tuple(
            CheckedTask(task, by_task.get(task.pk, nothing), task.pk in asked)
            for task in list_gold_of_all_versions(project)
        ),
    )


def list_expected(project: Project) -> QuerySet[Rating]:
    """What is expected of each task of known answer."""
    return Rating.objects.filter(
        project=project,
        annotation__is_current=True,
        annotation__task__state__in=CHECKED,
        annotation__rater__kind=RaterKind.REFERENCE,
        annotation__rater__name=GOLD,
    )


def _list_given(project: Project) -> QuerySet[Annotation]:
    """First answers to checks, whatever became of them later."""
    return list_first(project).filter(phase=Phase.CHECK, task__state__in=CHECKED, repeat=0)


def _list_repeated(project: Project) -> QuerySet[Rating]:
    """What was said first of tasks that were asked again, at either time."""
    again = Annotation.objects.filter(
        task=OuterRef("task"), rater=OuterRef("rater"), retracted_at=None, repeat__gt=0
    )
    return Rating.objects.filter(annotation__in=list_first(project).filter(Exists(again)))


def list_first(project: Project) -> QuerySet[Annotation]:
    """People's first answers that were not taken back; later changes may have been made in the light of others'."""
    return Annotation.objects.filter(IS_FIRST, project=project, assignment__isnull=False, retracted_at=None)


def _compare_repeats(held: Mapping[tuple[int, int, int], Said]) -> list[tuple[int, bool]]:
    return [
        (rater, held[task, rater, 0] == said)
        for (task, rater, repeat), said in held.items()
        if repeat and (task, rater, 0) in held
    ]


def _share(hits: Iterable[tuple[int, bool]]) -> dict[int, Share]:
    total: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for key, hit in hits:
        total[key] += 1
        right[key] += hit
    return {key: Share(right[key], count) for key, count in total.items()}
