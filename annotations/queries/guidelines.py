"""By which version of a rubric a rater has worked."""

from annotations.models import Rater, Rubric
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
