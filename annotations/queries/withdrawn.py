"""Items that were taken out of the work."""

from django.db.models import Exists, OuterRef, Q

from annotations.models import Annotation, RaterKind, Task, TaskState
from annotations.queries.checks import GOLD


def is_withdrawn() -> Q:
    """Whether an item was withdrawn: a task of it was, and not just because its known answer was taken back.

    A known answer that was taken back leaves a task of each version of its rubric but one withdrawn. Where nothing but
    such tasks is there, the item counts as withdrawn.
    """
    expected = Annotation.objects.filter(task=OuterRef("pk"), retracted_at__isnull=False, rater__name=GOLD)
    is_taken_back = Exists(expected.filter(rater__kind=RaterKind.REFERENCE))
    tasks = Task.objects.filter(item=OuterRef("pk"))
    withdrawn = tasks.filter(state=TaskState.WITHDRAWN)
    at_work = tasks.exclude(state=TaskState.WITHDRAWN)
    return Q(Exists(withdrawn.filter(~is_taken_back))) | (Q(Exists(withdrawn)) & ~Q(Exists(at_work)))
