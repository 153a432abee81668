"""Worsened copies of answers: which there are, what could be copied, and what raters say of them."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from annotations.models import (
    Criterion,
    Generation,
    Level,
    Phase,
    Project,
    Rater,
    Rating,
    Rubric,
    Task,
    TaskKind,
    TaskState,
    Twin,
)
from annotations.queries.check_results import Share, list_expected, list_first
from annotations.queries.compared import agrees, read_said
from annotations.queries.scored_copies import is_scored_by_itself

TWINS = "worsened copies"  # name of the system that they stand under


@dataclass(frozen=True, slots=True)
class TwinResults:
    """How often the original won: for each rater, by name, and for each way to make it worse."""

    raters: tuple[tuple[Rater, Share], ...]
    kinds: tuple[tuple[str, Share], ...]


def list_twins(project: Project) -> QuerySet[Twin]:
    """All of the project with the answers that they are made from, the newest first."""
    related = ("generation__item", "project", "task", "criterion__rubric")
    return Twin.objects.filter(project=project).select_related(*related).order_by("-pk")


def list_copyable(project: Project, kind: str, *, criterion: Criterion | None = None) -> QuerySet[Generation]:
    """Answers with a text to one question, of which there is no such copy; copies are not copied.

    With a criterion: those that are scored under its rubric, and have no such copy to be scored by itself.
    """
    made = Twin.objects.filter(generation=OuterRef("pk"), kind=kind, criterion__isnull=criterion is None)
    texts = Generation.objects.filter(
        project=project, text__isnull=False, turns__isnull=True, tombstoned_at=None
    )
    single = texts.filter(item__turns__isnull=True, item__prompt__isnull=False, item__tombstoned_at=None)
    originals = single.exclude(system__name=TWINS).exclude(item__attributes__has_key="twin_of")
    if criterion is not None:
        originals = originals.filter(is_scored_by_itself(criterion))
    return originals.filter(~Exists(made)).select_related("item")


def find_pair_rubric(project: Project) -> Rubric | None:
    """The newest rubric under which pairs are compared."""
    pairs = Rubric.objects.filter(project=project, task_kind=TaskKind.PAIR)
    return pairs.filter(criteria__level=Level.PREFERENCE).order_by("-version", "-pk").first()


def is_of_copy(item: str = "pk") -> Q:
    """Whether an item (or the one that `item` leads to) stands for a worsened copy, which is no material of a study."""
    return Q(Exists(Twin.objects.filter(task__item=OuterRef(item))))


def read_twin_results(project: Project) -> TwinResults:
    """First answers to worsened copies that were asked as checks: a tie is no win of the original."""
    wanted = list_expected(project).filter(annotation__task__state=TaskState.TWIN)
    expected = {task: said for (task, _, _), said in read_said(wanted).items()}
    given = list_first(project).filter(phase=Phase.CHECK, repeat=0, task__state=TaskState.TWIN)
    kinds = _read_kinds(project)
    asked: Counter[int | str] = Counter()
    won: Counter[int | str] = Counter()
    for (task, rater, _), said in read_said(Rating.objects.filter(annotation__in=given)).items():
        if task in expected:
            for key in (rater, kinds.get(task, "")):
                asked[key] += 1
                won[key] += agrees(expected[task], said)
    people = Rater.objects.filter(pk__in=[key for key in asked if isinstance(key, int)]).order_by("name")
    return TwinResults(
        tuple((rater, Share(won[rater.pk], asked[rater.pk])) for rater in people),
        tuple((kind, Share(won[kind], asked[kind])) for kind in sorted(map(str, asked)) if kind in asked),
    )


def _read_kinds(project: Project) -> dict[int, str]:
    """By task (id), of earlier versions of its rubric too, in which way its copy was made worse."""
    first = Coalesce("renewed_from", "pk")
    firsts = dict(Task.objects.filter(project=project, state=TaskState.TWIN).values_list("pk", first))
    stated = Twin.objects.filter(project=project, task__isnull=False).values_list("task", "kind")
    kinds = {firsts.get(task, task): kind for task, kind in stated}
    return {task: kinds[first] for task, first in firsts.items() if first in kinds}
