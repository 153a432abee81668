"""The only way from an actor to a run or a judge, for pages and API."""

from uuid import UUID

from django.db.models import QuerySet

from annotations.access import READERS, get_project_for
from annotations.models import Project, Role
from evalplatform.accounts.models import User
from evalplatform.common.errors import Missing
from judges.models import Judge, ProjectBudget, Run
from judges.queries.nouns import find_judge
from judges.queries.progress import list_runs
from judges.queries.project_budget import find_project_budget


def get_project_with_runs_for(actor: User, slug: str) -> Project:
    """The project, if the actor may see its runs. Raises Missing or Denied."""
    return get_project_for(actor, slug, *READERS)


def list_runs_for(actor: User, slug: str) -> QuerySet[Run]:
    """Runs of a project that the actor may read, newest first. Raises Missing or Denied."""
    return list_runs(get_project_with_runs_for(actor, slug))


def get_run_for(actor: User, slug: str, public_id: UUID) -> Run:
    """A run that the actor may steer. Raises Missing, or Denied to those who only read."""
    project = get_project_for(actor, slug, Role.RESEARCHER)
    run = list_runs(project).filter(public_id=public_id).first()
    if run is None:
        raise Missing("No such run.")
    return run


def get_judge_for(actor: User, slug: str, name: str) -> Judge:
    """A judge that the actor may let work. Raises Missing, or Denied to those who only read."""
    judge = find_judge(project=get_project_for(actor, slug, Role.RESEARCHER), name=name)
    if judge is None:
        raise Missing("No judge of this name in the project.")
    return judge


def get_project_to_steer_for(actor: User, slug: str) -> Project:
    """The project, if the actor may start runs and say what they may spend. Raises Missing or Denied."""
    return get_project_for(actor, slug, Role.RESEARCHER)


def get_budget_for(actor: User, slug: str) -> ProjectBudget:
    """The budget of a project whose runs the actor may see. Raises Missing or Denied."""
    budget = find_project_budget(get_project_with_runs_for(actor, slug))
    if budget is None:
        raise Missing("This project has no budget.")
    return budget
