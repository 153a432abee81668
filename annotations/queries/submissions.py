"""What a person has submitted: how much, and what of it can still be undone."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from annotations.models import Annotation, Assignment, AssignmentState, Phase, Rater, TaskState
from evalplatform.common.composed import composed

SUBMITTED = (Phase.INDEPENDENT, Phase.SURPLUS, Phase.CHECK)
# A change of a check or of a late answer keeps its phase, and is no further submission; what follows an undo is one.
IS_FIRST = Q(phase__in=SUBMITTED) & (Q(supersedes=None) | Q(supersedes__retracted_at__isnull=False))


def phase_as_told(annotation: Annotation) -> Phase:
    """The phase in words that its rater may read: a check reads like any other answer."""
    if annotation.phase != Phase.CHECK:
        return Phase(annotation.phase)
    earlier = annotation.supersedes
    return Phase.INDEPENDENT if earlier is None or earlier.retracted_at else Phase.REVISED


def list_submissions(*, rater: Rater) -> QuerySet[Annotation]:
    """Current answers that the person gave here themselves, newest first."""
    return Annotation.objects.filter(
        project=rater.project_id, rater=rater, is_current=True, assignment__isnull=False
    ).order_by("-pk")


def list_revisable(*, rater: Rater) -> QuerySet[Annotation]:
    """Answers that the person may still change, newest first, with their tasks: withdrawn ones stay as they are."""
    open_to_change = list_submissions(rater=rater).exclude(task__state=TaskState.WITHDRAWN)
    related = (
        "supersedes",
        "assignment__rater",
        "assignment__project",
        "assignment__task__item",
        "assignment__task__rubric",
    )
    return open_to_change.select_related(*related).prefetch_related(
        "ratings__criterion", "assignment__task__rubric__criteria"
    )


def count_submissions(*, rater: Rater) -> int:
    counted = _count_submissions.find(project=rater.project_id, rater=rater.pk)
    return counted[0] if counted else 0


@composed
def _count_submissions(project: int, rater: int) -> QuerySet[Annotation, tuple[int]]:
    given = Annotation.objects.filter(project=project, rater=rater, is_current=True, assignment__isnull=False)
    return given.values("rater").annotate(given=Count("pk")).values_list("given")


def has_given(*, rater: Rater, count: int, since: datetime | None = None) -> bool:
    """Whether the person has answered as many tasks, since then: a revision is none, nor is what was taken back.

    Reads so many of the newest answers, however many there are.
    """
    if count <= 0:
        return True
    given = Annotation.objects.filter(project=rater.project_id, rater=rater, assignment__isnull=False)
    newest = given.filter(IS_FIRST, retracted_at=None).order_by("-pk").values_list("created_at", flat=True)
    last = newest[count - 1 : count].first()
    return last is not None and (since is None or last >= since)


def holds_task(*, rater: Rater) -> bool:
    """Whether a task is leased to the person, in time or not."""
    return Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE).exists()


def count_later_submissions(*, annotation: Annotation) -> int:
    """How many answers the same person gave after this one, those undone since included."""
    return Annotation.objects.filter(
        IS_FIRST,
        project=annotation.project_id,
        rater=annotation.rater_id,
        pk__gt=annotation.pk,
        assignment__isnull=False,
    ).count()


def find_last_submission(*, rater: Rater) -> Annotation | None:
    """The answer that an undo would take back, with its task."""
    return list_submissions(rater=rater).filter(IS_FIRST).select_related("task").first()


def find_current_annotation(*, assignment: Assignment) -> Annotation | None:
    """The answer that stands."""
    return assignment.annotations.select_related("assignment").filter(is_current=True).first()


def find_named_annotation(*, assignment: Assignment, public_id: UUID) -> Annotation | None:
    """The answer of this id, current or not."""
    return assignment.annotations.select_related("assignment").filter(public_id=public_id).first()


def find_own_annotation(*, assignment: Assignment, public_id: UUID) -> Annotation | None:
    """An answer of the same rater to the same task, by its id, under whichever of their leases it was given."""
    own = Annotation.objects.select_related("assignment__task__project", "assignment__rater")
    same = {"task": assignment.task_id, "rater": assignment.rater_id, "repeat": assignment.repeat}
    return own.filter(public_id=public_id, **same).first()


def find_undone(*, assignment: Assignment) -> Annotation | None:
    """The last answer that was taken back, with its ratings."""
    undone = _find_taken_back.find(assignment=assignment.pk)
    if undone is not None:
        prefetch_related_objects([undone], "ratings__criterion")
    return undone


@composed
def _find_taken_back(assignment: int) -> QuerySet[Annotation]:
    taken_back = Annotation.objects.filter(assignment=assignment).exclude(retracted_at=None)
    return taken_back.order_by("-pk")[:1]
