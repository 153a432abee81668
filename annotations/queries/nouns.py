"""The nouns of a project as rows for its readers, with what each row names."""

from django.db.models import QuerySet

from annotations.models import Generation, Item, Project, Rater, Rubric, System, Task


def list_rubrics(project: Project) -> QuerySet[Rubric]:
    return Rubric.objects.filter(project=project).prefetch_related("criteria")


def list_items(project: Project) -> QuerySet[Item]:
    return Item.objects.filter(project=project)


def list_systems(project: Project) -> QuerySet[System]:
    return System.objects.filter(project=project)


def list_generations(project: Project) -> QuerySet[Generation]:
    return Generation.objects.filter(project=project).select_related("item", "system")


def list_tasks(project: Project) -> QuerySet[Task]:
    """Tasks with their item, rubric, and systems in canonical order."""
    tasks = Task.objects.filter(project=project).select_related("item", "rubric")
    return tasks.prefetch_related("positions__generation__system")


def list_raters(project: Project) -> QuerySet[Rater]:
    return Rater.objects.filter(project=project)
