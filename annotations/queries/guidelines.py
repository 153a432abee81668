"""By which version of a rubric a rater has worked."""

from uuid import UUID

from annotations.models import Assignment, Rater, Rubric
from annotations.queries.submissions import list_submissions


def find_last_version(*, rater: Rater, rubric: Rubric) -> Rubric | None:
    """The other version of the rubric that the rater answered by last, with its criteria.

    None where they have answered by this one, or by none.
    """
    same = list_submissions(rater=rater).filter(
        task__rubric__project=rubric.project_id, task__rubric__key=rubric.key
    )
    if same.filter(task__rubric=rubric).exists():
        return None
    last = same.select_related("task__rubric").prefetch_related("task__rubric__criteria").first()
    return last.task.rubric if last else None


def reads_on(*, beside: UUID, rubric: Rubric) -> bool:
    """Whether a task of this rubric has nothing new to whoever answers the one beside it (id of its lease)."""
    same = Assignment.objects.filter(public_id=beside, task__rubric=rubric)
    return rubric.version == 1 or same.exists()
