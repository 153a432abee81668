"""Fields whose items have names and labels, for tests of what is learnt from labels."""

from collections.abc import Callable, Sequence

from annotations.models import Annotation, Presentation, Project, Rater, RaterKind, Rating, Task, TaskKind
from judges.queries.split import Split
from tests.factories.judging import Field, make_field, name_items
from tests.factories.ratings import make_rater

SPLIT = Split(share=0.3, seed=0)


def label_all(tasks: Sequence[Task], rater: Rater, say: Callable[[int], float | str | None]) -> None:
    """One rating a task and criterion, what `say` gives for the task's place; None: no label."""
    told = [(task, value) for place, task in enumerate(tasks) if (value := say(place)) is not None]
    made = Annotation.objects.bulk_create(
        Annotation(project=rater.project, task=task, rater=rater, presentation=Presentation.UNKNOWN)
        for task, _ in told
    )
    Rating.objects.bulk_create(
        Rating(
            project=rater.project, annotation=annotation, criterion=criterion,
            code=value if isinstance(value, str) else None, number=None if isinstance(value, str) else value,
        )
        for annotation, (task, value) in zip(made, told, strict=True)
        for criterion in task.rubric.criteria.all()
    )  # fmt: skip


def make_labelled(
    tasks: int = 60, kind: TaskKind = TaskKind.PAIR, say: Callable[[int], float | str | None] | None = None
) -> Field:
    """A field that one person labelled: of pairs the longer answer, of single answers 1 to 5 in turn."""
    field = make_field(kind, tasks, slug="study")
    name_items(field.tasks)
    usual = (
        (lambda place: ("first", "second")[place % 2])
        if kind == TaskKind.PAIR
        else (lambda place: place % 5 + 1)
    )
    label_all(field.tasks, make_rater(field.project, "ann", RaterKind.PERSON), say or usual)
    return field


def list_kept(project: Project, split: Split = SPLIT) -> set[int]:
    """Ids of the tasks on items of the split."""
    held = Task.objects.filter(project=project).values_list("pk", "item__key")
    return {pk for pk, key in held if split.keeps(key)}
