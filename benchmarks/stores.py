"""Projects that raters press through, and the raters."""

from typing import Any  # projects are Django models, which are importable only later

OVERLAP = 3
TASKS_OF_AN_ITEM = 100


def make_store(tasks: int) -> Any:
    """A project of so many pairs with their places, a hundred of them on each item."""
    from annotations.domain.planning.tasks import task_rank
    from annotations.models import Task, TaskKind
    from tests.factories.ledger import make_generation, make_item, make_pair_rubric, make_project, make_system

    project = make_project(overlap=OVERLAP)
    rubric = make_pair_rubric(project)
    systems = make_system(project), make_system(project)
    for first in range(0, tasks, TASKS_OF_AN_ITEM):
        item = make_item(project)
        pair = [make_generation(item, system, "An answer.") for system in systems]
        names = [f"task {number}" for number in range(first, min(first + TASKS_OF_AN_ITEM, tasks))]
        store_tasks(
            pair,
            [
                Task(
                    project=project,
                    item=item,
                    rubric=rubric,
                    kind=TaskKind.PAIR,
                    identity=name,
                    rank=task_rank(project=project, identity=name),
                )
                for name in names
            ],
        )
    return project


def store_tasks(pair: list[Any], tasks: list[Any]) -> None:
    from annotations.models import Slot, Task, TaskGeneration

    Task.objects.bulk_create(tasks)
    TaskGeneration.objects.bulk_create(
        TaskGeneration(project=task.project, task=task, generation=generation, position=position)
        for task in tasks
        for position, generation in enumerate(pair)
    )
    Slot.objects.bulk_create(
        Slot(project=task.project, task=task, number=number, rank=task.rank)
        for task in tasks
        for number in range(1, OVERLAP + 1)
    )


def make_rater_id(project: Any) -> str:
    from tests.factories.ledger import make_person

    return str(make_person(project).pk)


def make_token(project: Any) -> str:
    from evalplatform.accounts.tokens import create_api_token
    from tests.factories.ledger import make_person

    user = make_person(project).user
    if user is None:
        raise RuntimeError("this rater cannot sign in")
    return create_api_token(user=user, name="benchmark")[1]
