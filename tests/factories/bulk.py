"""Many tasks over new items, in as many statements as one task takes: for tests whose fields are wide."""

from collections.abc import Sequence

from annotations.models import Generation, Item, Rubric, Slot, Task, TaskGeneration
from tests.factories.ledger import build_task


def write_tasks(
    rubric: Rubric, cases: Sequence[tuple[Item, Sequence[Generation]]], *, overlap: int = 1
) -> list[Task]:
    """Tasks with places for people over items and generations that `build_item` and `build_generation` made."""
    Item.objects.bulk_create(item for item, _ in cases)
    Generation.objects.bulk_create(generation for _, generations in cases for generation in generations)
    tasks = Task.objects.bulk_create(build_task(item, rubric) for item, _ in cases)
    TaskGeneration.objects.bulk_create(
        TaskGeneration(project=rubric.project, task=task, generation=generation, position=position)
        for task, (_, generations) in zip(tasks, cases, strict=True)
        for position, generation in enumerate(sorted(generations, key=lambda each: each.system.name))
    )
    Slot.objects.bulk_create(
        Slot(project=rubric.project, task=task, number=place, rank=task.rank)
        for task in tasks
        for place in range(overlap)
    )
    return tasks
