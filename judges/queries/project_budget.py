"""What a project's runs may spend together, and have spent."""

from annotations.models import Project
from judges.models import ProjectBudget


def find_project_budget(project: Project) -> ProjectBudget | None:
    """The project's budget; None where its runs are bounded one by one, if at all."""
    return ProjectBudget.objects.filter(project=project).first()
