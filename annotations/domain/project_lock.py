"""One planner of a project at a time."""

from django.db import OperationalError

from annotations.models import Project
from evalplatform.common.errors import Exhausted


def lock_project(project: Project) -> Project:
    """The project, held against other planners until the transaction ends; raters go on meanwhile.

    Raises Exhausted where another planner keeps it for too long.
    """
    try:
        # Not a full lock: that would stop every insert of a row that names the project.
        return Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    except OperationalError:
        raise Exhausted("Another batch of this project is being stored.", retry_after=5) from None
