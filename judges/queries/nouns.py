"""Judges, runs and calls of a project as rows for its readers, with what each row names."""

from django.db.models import QuerySet

from annotations.models import Project
from judges.models import Attempt, Judge, Run


def list_judges(project: Project) -> QuerySet[Judge]:
    return Judge.objects.filter(project=project).select_related("rater", "connection", "prompt")


def list_attempts(project: Project) -> QuerySet[Attempt]:
    return Attempt.objects.filter(project=project).select_related(
        "run", "rater", "task", "annotation", "reused_from"
    )


def find_judge(*, project: Project, name: str) -> Judge | None:
    """The project's judge of this name."""
    return list_judges(project).select_related("project").filter(rater__name=name).first()


def list_runs(project: Project) -> QuerySet[Run]:
    """Runs of a project, newest first."""
    return (
        Run.objects.filter(project=project)
        .select_related("judge__rater", "judge__connection", "started_by")
        .order_by("-pk")
    )
