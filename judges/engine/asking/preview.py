"""What a judge would be asked, without asking it and without a row in any table."""

from annotations.models import Task
from judges.engine.asking.cases import Case, CaseBook
from judges.models import Attempt, Judge, Run


def preview_request(*, judge: Judge, task: Task, shown_order: str = "") -> Case:
    """The first call of the case as the engine would make it: its request word for word, and a bound of its cost."""
    book = CaseBook(Run(project=judge.project, judge=judge))
    attempt = Attempt(
        project=judge.project,
        rater=judge.rater,
        task=task,
        shown_order=shown_order,
        step=book.rubrics.list_first_steps(task.rubric_id, task.positions.count())[0],
    )
    return book.draft(attempt)
