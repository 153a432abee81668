"""The only way from an actor to a run or a judge, for pages and API."""

from uuid import UUID

from django.db.models import QuerySet

from annotations.access import READERS, get_membership_for, get_project_for
from annotations.models import Project, Role, Task
from evalplatform.accounts.models import User
from evalplatform.common.errors import Denied, Missing
from judges.engine.versions.prompt_versions import find_sample_task
from judges.models import Attempt, Cascade, Judge, Panel, Price, ProjectBudget, Prompt, PromptChoice, Run
from judges.queries.cascades import list_cascades
from judges.queries.nouns import find_judge, list_attempts, list_judges, list_runs
from judges.queries.panels import list_panels
from judges.queries.project_budget import find_project_budget
from judges.queries.prompt_choices import list_prompt_choices
from judges.queries.prompts import list_prompts


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


def list_prompts_for(actor: User, slug: str) -> QuerySet[Prompt]:
    """Versions of prompts of a project that the actor may read, newest first. Raises Missing or Denied."""
    return list_prompts(get_project_with_runs_for(actor, slug))


def get_prompt_for(actor: User, slug: str, public_id: UUID) -> Prompt:
    """A version of a prompt that the actor may read. Raises Missing or Denied."""
    prompt = list_prompts_for(actor, slug).select_related("project").filter(public_id=public_id).first()
    if prompt is None:
        raise Missing("No such prompt.")
    return prompt


def get_task_to_judge_for(actor: User, slug: str, prompt: Prompt, public_id: UUID | None) -> Task:
    """The task of this id, or the first open one that the prompt's protocol can judge. Raises Missing or Denied."""
    project = get_project_with_runs_for(actor, slug)
    if public_id is None:
        task = find_sample_task(prompt)
    else:
        task = Task.objects.filter(project=project, public_id=public_id).first()
    if task is None:
        raise Missing("No such task.")
    return task


def list_prompt_choices_for(actor: User, slug: str) -> QuerySet[PromptChoice]:
    """Choices of prompts of a project that the actor may read. Raises Missing or Denied."""
    return list_prompt_choices(get_project_with_runs_for(actor, slug))


def read_prompt_choice_for(actor: User, slug: str, public_id: UUID) -> PromptChoice:
    """A choice of a prompt that the actor may read. Raises Missing or Denied."""
    choice = list_prompt_choices_for(actor, slug).filter(public_id=public_id).first()
    if choice is None:
        raise Missing("No such choice.")
    return choice


def get_price_for(actor: User, slug: str, public_id: UUID) -> Price:
    """A price of the project's own that the actor may take away. Raises Missing or Denied."""
    price = Price.objects.filter(project=get_project_to_steer_for(actor, slug), public_id=public_id).first()
    if price is None:
        raise Missing("No such price of the project's own.")
    return price


def get_price_for_all_for(actor: User, public_id: UUID) -> Price:
    """A price that holds for all and that the actor may take away. Raises Missing, also to all but staff."""
    price = Price.objects.filter(project=None, public_id=public_id).first() if actor.is_staff else None
    if price is None:
        raise Missing("No such price.")
    return price


def refuse_unless_staff(actor: User) -> None:
    """Raises Denied unless the actor may set what holds for the whole instance."""
    if not actor.is_staff:
        raise Denied("Prices that hold for all are kept by staff.")


def get_judge_to_use_for(actor: User, slug: str, public_id: UUID) -> Judge:
    """A judge that the actor may let work, by its id. Raises Missing, or Denied to those who only read."""
    project = get_project_for(actor, slug, Role.RESEARCHER)
    judge = list_judges(project).select_related("project").filter(public_id=public_id).first()
    if judge is None:
        raise Missing("No such judge.")
    return judge


def may_steer_runs(actor: User, slug: str) -> bool:
    """Whether the actor may do more in the project than read. Raises Missing to outsiders."""
    return get_membership_for(actor, slug).role == Role.RESEARCHER


def read_run_for(actor: User, slug: str, public_id: UUID) -> Run:
    """A run that the actor may see. Raises Missing or Denied."""
    run = list_runs_for(actor, slug).select_related("project").filter(public_id=public_id).first()
    if run is None:
        raise Missing("No such run.")
    return run


def read_judge_for(actor: User, slug: str, public_id: UUID) -> Judge:
    """A judge that the actor may see. Raises Missing or Denied."""
    judges = list_judges(get_project_with_runs_for(actor, slug)).select_related("project")
    judge = judges.filter(public_id=public_id).first()
    if judge is None:
        raise Missing("No such judge.")
    return judge


def read_attempt_for(actor: User, slug: str, public_id: UUID) -> Attempt:
    """A call that the actor may see, with what was sent and what came back. Raises Missing or Denied."""
    calls = list_attempts(get_project_with_runs_for(actor, slug))
    attempt = calls.select_related("raw_reply", "run__judge__rater").filter(public_id=public_id).first()
    if attempt is None:
        raise Missing("No such call.")
    return attempt


def read_cascade_for(actor: User, slug: str, public_id: UUID) -> Cascade:
    """A cascade that the actor may see. Raises Missing or Denied."""
    return _find_cascade(get_project_with_runs_for(actor, slug), public_id)


def get_cascade_for(actor: User, slug: str, public_id: UUID) -> Cascade:
    """A cascade that the actor may steer. Raises Missing, or Denied to those who only read."""
    return _find_cascade(get_project_to_steer_for(actor, slug), public_id)


def list_panels_for(actor: User, slug: str) -> tuple[Project, QuerySet[Panel]]:
    """The project and its panels, newest first, if the actor may read them. Raises Missing or Denied."""
    project = get_project_with_runs_for(actor, slug)
    return project, list_panels(project)


def read_panel_for(actor: User, slug: str, public_id: UUID) -> Panel:
    """A panel that the actor may see. Raises Missing or Denied."""
    panel = list_panels_for(actor, slug)[1].filter(public_id=public_id).first()
    if panel is None:
        raise Missing("No such panel.")
    return panel


def _find_cascade(project: Project, public_id: UUID) -> Cascade:
    cascade = list_cascades(project).filter(public_id=public_id).first()
    if cascade is None:
        raise Missing("No such cascade.")
    return cascade
