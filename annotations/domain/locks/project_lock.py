"""One planner of a project at a time."""

from django.db import OperationalError
from django.utils.translation import gettext as _

from annotations.models import Project
from evalplatform.common.errors import Exhausted


def lock_project(project: Project, *, whole: bool = False) -> Project:
    """The project, held against other planners until the transaction ends; raters go on meanwhile.

    The `whole` of it: against everybody who stores a row that names it, raters too; what they write comes after.
    Raises Exhausted where another planner keeps it for too long.
    """
    try:
        # A full lock stops every insert of a row that names the project: for the few moments that need just this.
        return Project.objects.select_for_update(no_key=not whole).get(pk=project.pk)
    except OperationalError:
        raise Exhausted(
            _("Somebody else is changing this project just now. Please try again in a moment."), retry_after=5
        ) from None
