"""One order of locks: project, raters, cautions and objections, leases by id, the reviewers' queue, reviews, places.

Whoever holds one of these asks for none that stands before it, so that no two wait for each other in a circle. Tasks
are locked by planners alone, who hold the project.
"""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from annotations.models import Assignment, AssignmentState, CautionState, Project, Rater, RaterKind
from evalplatform.common.composed import composed
from evalplatform.common.errors import Missing

HELD = (AssignmentState.LIVE, AssignmentState.SUBMITTED)


def hold_rater(rater: Rater) -> Rater:
    """The rater as they are now, with their project, held until the transaction ends: their claims wait meanwhile.

    Not a full lock: rows that name the rater are written all the same. Raises Missing where the project is gone.
    """
    held = _lock_rater.find(pk=rater.pk)
    if held is None:
        raise Missing("No such rater.")
    return held


@composed
def _lock_rater(pk: int) -> QuerySet[Rater]:
    locked = Rater.objects.select_related("project").select_for_update(no_key=True, of=("self",))
    return locked.filter(pk=pk)


def hold_workers(*, project: Project, tasks: Collection[int]) -> None:
    """Hold what a change of known answers may touch: raters it may let work or wake, then leases on these tasks (ids).

    Call it under the project's lock, once, before anything is written. Whoever neither rests nor is cautioned or tested
    goes on meanwhile, but for answers to these tasks.
    """
    touched = Q(cautions__state=CautionState.STANDING) | Q(drained_until__isnull=False)
    if project.test_size:
        touched |= Q(qualified_at=None)
    people = Rater.objects.filter(touched, project=project, kind=RaterKind.PERSON)
    raters = Rater.objects.filter(pk__in=people.values("pk")).order_by("pk")
    list(raters.select_for_update(no_key=True).values_list("pk", flat=True))
    leases = Assignment.objects.filter(task__in=tasks, state__in=HELD).order_by("pk")
    list(leases.select_for_update().values_list("pk", flat=True))
