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

GOLD = "known answers"  # name of the reference rater that holds them; studies bring a "gold" of their own
APART = 50  # answers that a rater gives at least before they meet a task again
ASKED = (TaskState.OPEN, TaskState.GOLD)


def count_met(*, rater: Rater) -> int:
    """How many tasks the rater is through with: answered, skipped or taken back."""
    ended = (AssignmentState.SUBMITTED, AssignmentState.SKIPPED, AssignmentState.RETURNED)
    return Assignment.objects.filter(rater=rater, state__in=ended).count()


def list_gold_left(*, rater: Rater) -> list[int]:
    """Tasks (ids) of known answer, worsened copies among them, that the rater has not met, in a fixed order."""
    met = Assignment.objects.filter(task=OuterRef("pk"), rater=rater).exclude(state=AssignmentState.EXPIRED)
    given = Annotation.objects.filter(task=OuterRef("pk"), rater=rater, is_current=True)
    gold = Task.objects.filter(~Exists(met), ~Exists(given), project=rater.project_id, state__in=CHECKED)
    return list(gold.order_by("pk").values_list("pk", flat=True))


def list_repeatable(*, rater: Rater) -> list[int]:
    """Tasks (ids) that the rater answered so long ago that they may be asked again, once, in a fixed order."""
    own = Annotation.objects.filter(
        project=rater.project_id, rater=rater, is_current=True, assignment__isnull=False
    )
    long_ago = own.order_by("-pk").values("pk")[APART : APART + 1]
    met = Assignment.objects.filter(task=OuterRef("task"), rater=rater, repeat__gt=0)
    again = own.filter(
        ~Exists(met.exclude(state=AssignmentState.EXPIRED)),
        ~Q(phase=Phase.SURPLUS),
        pk__lte=Subquery(long_ago),
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
