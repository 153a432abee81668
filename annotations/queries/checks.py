"""Tasks that a rater may be asked as a check: those whose answer is known, and those they answered long ago."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from annotations.models import (
    CHECKED,
    KNOWN,
    Annotation,
    Assignment,
    AssignmentState,
    Phase,
    Project,
    Rater,
    RaterKind,
    Rubric,
    Task,
    TaskState,
)
from annotations.queries.gates import passes
from evalplatform.common.among import Among

GOLD = "known answers"  # name of the reference rater that holds them; studies bring a "gold" of their own
APART = 50  # answers that a rater gives at least before they meet a task again
WEIGHED = 1_000  # answers before those among which such a task is drawn
MET = (AssignmentState.SUBMITTED, AssignmentState.SKIPPED, AssignmentState.RETURNED)
ASKED = (TaskState.OPEN, TaskState.GOLD)


def count_met(*, rater: Rater) -> int:
    """How many tasks the rater is through with: answered, skipped or taken back.

    What it costs does not grow with them: most have been counted before (`domain.queue.raters.note_met`).
    """
    return rater.met_count + count_met_between(rater=rater, after=rater.met_upto)


def count_met_between(*, rater: Rater, after: int, upto: int | None = None) -> int:
    """The same of leases (ids) after one of them, and up to another."""
    leases = Assignment.objects.filter(rater=rater, state__in=MET, pk__gt=after)
    return (leases if upto is None else leases.filter(pk__lte=upto)).count()


def find_settled(*, rater: Rater, apart: int) -> int | None:
    """The newest lease (id) that so many lie after, with no live one before them; None where there is none."""
    leases = Assignment.objects.filter(rater=rater, pk__gt=rater.met_upto)
    live = leases.filter(state=AssignmentState.LIVE).order_by("pk").values_list("pk", flat=True).first()
    older = leases if live is None else leases.filter(pk__lt=live)
    return older.order_by("-pk").values_list("pk", flat=True)[apart : apart + 1].first()


def is_asked_by_newest(task: str = "") -> Q:
    """Whether the rubric of a task (or of the one that `task` leads to) has no later version."""
    later = Rubric.objects.filter(
        project=OuterRef("project"),
        key=OuterRef(f"{task}rubric__key"),
        version__gt=OuterRef(f"{task}rubric__version"),
    )
    return ~Q(Exists(later))


def is_unmet(rater: Rater, **asked: int) -> Q:
    """Whether the rater has met a task of known answer by no version of its rubric."""
    met = Assignment.objects.filter(rater=rater, **asked).exclude(state=AssignmentState.EXPIRED)
    return (
        ~Q(Exists(met.filter(task=OuterRef("pk"))))
        & ~Q(Exists(met.filter(task=OuterRef("renewed_from"))))
        & ~Q(Exists(met.filter(task__renewed_from=OuterRef("renewed_from"))))
    )


def is_askable(rater: Rater, *, also: Q | None = None) -> Q:
    """Whether a task of known answer (or one that `also` says) may be asked of the rater, who has not met it.

    By the newest version of its rubric alone.
    """
    given = Annotation.objects.filter(rater=rater, is_current=True)
    known = Q(state__in=CHECKED)
    if also is not None:  # said twice: for the search that the index knows, and for what makes a copy due
        known = Q(state__in=(*CHECKED, TaskState.COPY)) & (known | also)
    return (
        known
        & is_unmet(rater)
        & is_asked_by_newest()
        & passes(rater)
        & ~Q(Exists(given.filter(task=OuterRef("pk"))))
        & ~Q(Exists(given.filter(task=OuterRef("renewed_from"))))
    )


def list_gold_left(*, rater: Rater) -> list[int]:
    """Tasks (ids) of known answer, worsened copies among them, that the rater has not met, in a fixed order."""
    gold = Task.objects.filter(is_askable(rater), project=rater.project_id)
    # Not by the database: for the order's sake it would read all tasks of the project.
    return sorted(gold.values_list("pk", flat=True))


def list_repeatable(*, rater: Rater) -> list[int]:
    """Tasks (ids) that the rater answered so long ago that they may be asked again, once, in a fixed order.

    Not by words that have been replaced since: whoever has read the new ones would be tried by both.
    """
    own = Annotation.objects.filter(
        project=rater.project_id, rater=rater, is_current=True, assignment__isnull=False
    )
    # Their own statement: inside the next one a database that has not counted this rater's answers of late searches for
    # them once for every answer.
    long_ago = list(own.order_by("-pk").values_list("pk", flat=True)[APART : APART + WEIGHED])
    if not long_ago:
        return []
    met = Assignment.objects.filter(task=OuterRef("task"), rater=rater, repeat__gt=0)
    again = Annotation.objects.filter(
        Among(F("pk"), long_ago),
        ~Exists(met.exclude(state=AssignmentState.EXPIRED)),
        ~Q(phase=Phase.SURPLUS),
        passes(rater, of="task__gate"),
        is_asked_by_newest("task__"),
        repeat=0,
        task__state__in=ASKED,
    )
    return list(again.order_by("task").values_list("task", flat=True))


def list_gold(project: Project) -> QuerySet[Task]:
    """Tasks of known answer that are asked, by the newest version of their rubric; newest last."""
    return list_gold_of_all_versions(project).filter(is_asked_by_newest())


def list_gold_of_all_versions(project: Project) -> QuerySet[Task]:
    """The same with those of earlier versions, whose answers still count."""
    gold = Task.objects.filter(project=project, state=TaskState.GOLD)
    return gold.select_related("item", "rubric").order_by("pk")


def list_unrenewed(project: Project) -> QuerySet[Task]:
    """Tasks of known answer of earlier versions that no later one has taken over: they are asked of nobody."""
    later = Q(renewed_from=OuterRef("pk")) | Q(renewed_from=OuterRef("renewed_from"))
    renewals = Task.objects.filter(later, rubric__version__gt=OuterRef("rubric__version"))
    known = Task.objects.filter(~is_asked_by_newest(), ~Exists(renewals), project=project, state__in=KNOWN)
    return known.select_related("item", "rubric", "project").order_by("pk")


def find_expected(task: Task) -> Annotation | None:
    """The expected answer to a task of known answer, with its ratings."""
    if task.state not in KNOWN:
        return None
    held = Annotation.objects.filter(task=task, is_current=True, rater__kind=RaterKind.REFERENCE)
    return held.filter(rater__name=GOLD).prefetch_related("ratings__criterion").first()
