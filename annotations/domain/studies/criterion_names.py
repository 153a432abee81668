"""What criteria are called in a study folder, where one name and task stand for one criterion."""

from annotations.models import Criterion, Level, Project, TaskKind

KINDS_OF_TASK: dict[str, str] = {TaskKind.PAIR: "pairwise", TaskKind.RANKING: "ranking"}


def study_task(criterion: Criterion) -> str:
    """pairwise, ranking, spans, score or label."""
    if stated := criterion.options.get("task"):
        return str(stated)
    if criterion.rubric.task_kind in KINDS_OF_TASK:
        return KINDS_OF_TASK[criterion.rubric.task_kind]
    if criterion.level == Level.SPANS:
        return "spans"
    values = [entry["value"] for entry in criterion.values]
    is_number = criterion.minimum is not None or all(isinstance(value, (int, float)) for value in values)
    return "score" if is_number and criterion.level != Level.TEXT else "label"


def name_criteria(project: Project) -> list[tuple[str, Criterion]]:
    """Criteria of the project with their names; of two versions of one, the older is told apart by its rubric."""
    criteria = Criterion.objects.filter(project=project)
    named: dict[tuple[str, str], tuple[str, Criterion]] = {}
    for criterion in criteria.select_related("rubric").order_by("-rubric__version", "rubric", "position"):
        task, name = study_task(criterion), criterion.name or criterion.key
        if (task, name) in named:
            name = f"{name} ({criterion.rubric.key} {criterion.rubric.version})"
        named[task, name] = (name, criterion)
    return list(named.values())
