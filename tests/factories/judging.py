"""Judges, runs and whole small projects for tests of the engine."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any  # parameters are any JSON values

from annotations.models import Item, Project, Rubric, Task, TaskKind
from judges.engine.ledger.leases import release_shard, take_shard
from judges.engine.running.limits import Limits
from judges.engine.running.shard import work_on_shard
from judges.engine.versions.register import create_connection, create_judge
from judges.models import Connection, Judge, Run
from tests.factories.bulk import write_tasks
from tests.factories.ledger import (
    build_generation,
    build_item,
    make_pair_rubric,
    make_project,
    make_ranking_rubric,
    make_single_rubric,
    make_system,
    next_number,
)

PAIR = ("A long and full answer.", "Short.")
# By kind of task: its rubric, its systems, and their answers, which take turns from task to task. Of a pair the first
# is the longer one in every second task; of a ranking the second is the longest, and the first and third are as long.
SHAPES: dict[TaskKind, tuple[Callable[[Project], Rubric], Sequence[str], Sequence[Sequence[str]]]] = {
    TaskKind.SINGLE: (make_single_rubric, ("alpha",), [("Answer {}.",)]),
    TaskKind.PAIR: (make_pair_rubric, ("alpha", "beta"), [PAIR, PAIR[::-1]]),
    TaskKind.RANKING: (
        make_ranking_rubric,
        ("alpha", "beta", "gamma", "omega"),
        [("Middling.", "The longest of them.", "Quite so.", "Short.")],
    ),
}


@dataclass(frozen=True)
class Field:
    """A project with tasks of one kind."""

    project: Project
    rubric: Rubric
    tasks: list[Task]


def make_field(kind: TaskKind = TaskKind.PAIR, tasks: int = 5, **project: Any) -> Field:
    """Tasks over new items, with answers between the brackets that the fake provider reads."""
    owner = make_project(**project)
    make_rubric, names, shapes = SHAPES[kind]
    rubric = make_rubric(owner)
    systems = [make_system(owner, f"{name}-{next_number()}") for name in names]
    cases = []
    for number in range(tasks):
        item = build_item(owner)
        texts = [f"[[{text.format(number)}]]" for text in shapes[number % len(shapes)]]
        answers = zip(systems, texts, strict=True)
        cases.append((item, [build_generation(item, system, text) for system, text in answers]))
    return Field(owner, rubric, write_tasks(rubric, cases))


def name_items(tasks: list[Task]) -> None:
    """The same names whatever tests ran before, where something is drawn by the names of items."""
    for number, task in enumerate(tasks):
        task.item.key = f"case-{number}"
    Item.objects.bulk_update([task.item for task in tasks], ["key"])


def make_connection(base_url: str, *, provider: str = "openai", key: str = "sk-planted-key") -> Connection:
    return create_connection(
        name=f"connection-{next_number()}", provider=provider, base_url=base_url, key=key
    )


def make_judge(
    project: Project, base_url: str, protocol: str = "pair", *, provider: str = "openai", **parameters: Any
) -> Judge:
    """A judge at a fake provider."""
    connection = make_connection(base_url, provider=provider)
    return create_judge(
        project=project,
        name=f"judge-{next_number()}",
        protocol=protocol,
        connection=connection,
        model="fake-1",
        parameters=parameters,
    )


def work(run: Run, seconds: float = 20.0, **limits: Any) -> None:
    """Let one loop work on the run in this process."""
    lease = take_shard(run_id=run.pk, number=0)
    if lease is None:
        raise AssertionError("the run's shard is not free")
    asyncio.run(work_on_shard(lease=lease, limits=Limits(seconds, **limits)))
    release_shard(lease=lease)
