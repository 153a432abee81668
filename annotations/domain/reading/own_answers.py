"""What stands before any change of an answer: that it was given here, and that its task is still there."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.models import Annotation, Assignment, Task, TaskState
from evalplatform.common.composed import composed
from evalplatform.common.errors import Conflict, Missing


def lease_of(annotation: Annotation) -> Assignment:
    """The lease under which the answer was given. Raises Conflict of an imported one."""
    if annotation.assignment is None:
        raise Conflict("This answer was imported: it cannot be changed here.")
    return annotation.assignment


def hold_lease(assignment: Assignment) -> Assignment:
    """The lease as it is now, held until the transaction ends. Raises Missing where its project is gone."""
    held = _lock_lease.find(pk=assignment.pk)
    if held is None:
        raise Missing("No such assignment.")
    return held


@composed
def _lock_lease(pk: int) -> QuerySet[Assignment]:
    return Assignment.objects.select_for_update().filter(pk=pk)


def refuse_withdrawn(assignment: Assignment) -> None:
    """Raises Conflict of a task that nobody is asked any more."""
    if Task.objects.filter(pk=assignment.task_id, state=TaskState.WITHDRAWN).exists():
        raise Conflict(_("This task has been withdrawn. Your answer stays as it is."))
