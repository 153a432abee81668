"""Tasks that a rater may be asked as a check: those whose answer is known, and those they answered long ago."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

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
    Task,
    TaskState,
)
from annotations.queries.gates import passes

GOLD = "known answers"  # name of the reference rater that holds them; studies bring a "gold" of their own
APART = 50  # answers that a rater gives at least before they meet a task again
WEIGHED = 1_000  # answers before those among which such a task is drawn
MET = (AssignmentState.SUBMITTED, AssignmentState.SKIPPED, AssignmentState.RETURNED)
ASKED = (TaskState.OPEN, TaskState.GOLD)


def count_met(*, rater: Rater) -> int:
    """How many tasks the rater is through with: answered, skipped or taken back.

    What it costs does not grow with them: most have been counted before (`domain.raters.note_met`).
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


def list_gold_left(*, rater: Rater) -> list[int]:
    """Tasks (ids) of known answer, worsened copies among them, that the rater has not met, in a fixed order."""
    met = Assignment.objects.filter(task=OuterRef("pk"), rater=rater).exclude(state=AssignmentState.EXPIRED)
    given = Annotation.objects.filter(task=OuterRef("pk"), rater=rater, is_current=True)
    gold = Task.objects.filter(~Exists(met), ~Exists(given), project=rater.project_id, state__in=CHECKED)
    gold = gold.filter(passes(rater))
    return list(gold.order_by("pk").values_list("pk", flat=True))


def list_repeatable(*, rater: Rater) -> list[int]:
    """Tasks (ids) that the rater answered so long ago that they may be asked again, once, in a fixed order."""
    own = Annotation.objects.filter(
        project=rater.project_id, rater=rater, is_current=True, assignment__isnull=False
    )
    long_ago = own.order_by("-pk").values("pk")[APART : APART + WEIGHED]
    met = Assignment.objects.filter(task=OuterRef("task"), rater=rater, repeat__gt=0)
    again = own.filter(
        ~Exists(met.exclude(state=AssignmentState.EXPIRED)),
        ~Q(phase=Phase.SURPLUS),
        passes(rater, of="task__gate"),
        pk__in=Subquery(long_ago),
        repeat=0,
        task__state__in=ASKED,
    )
    return list(again.order_by("task").values_list("task", flat=True))


def list_gold(project: Project) -> QuerySet[Task]:
    """Tasks of known answer, newest last."""
    gold = Task.objects.filter(project=project, state=TaskState.GOLD)
    return gold.select_related("item", "rubric").order_by("pk")


def find_expected(task: Task) -> Annotation | None:
    """The expected answer to a task of known answer, with its ratings."""
    if task.state not in KNOWN:
        return None
    held = Annotation.objects.filter(task=task, is_current=True, rater__kind=RaterKind.REFERENCE)
    return held.filter(rater__name=GOLD).prefetch_related("ratings__criterion").first()
