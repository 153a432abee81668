"""Versions of a project's rubrics, and how many tasks are asked by each."""

from django.db.models import Count, Q, QuerySet

from annotations.models import Project, Rubric, TaskState


def list_versions(rubric: Rubric) -> list[Rubric]:
    """All versions of this rubric, the newest first."""
    return list(Rubric.objects.filter(project=rubric.project_id, key=rubric.key).order_by("-version"))


def list_rubric_versions(project: Project) -> QuerySet[Rubric]:
    """All versions of all rubrics by key, the newest first, each with `asked`: its tasks that are not withdrawn."""
    asked = Count("tasks", filter=~Q(tasks__state=TaskState.WITHDRAWN))
    rows = Rubric.objects.filter(project=project).select_related("project")
    return rows.annotate(asked=asked).order_by("key", "-version")
