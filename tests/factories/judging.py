"""Judges, runs and whole small projects for tests of the engine."""

import asyncio
from dataclasses import dataclass
from typing import Any  # parameters are any JSON values

from annotations.models import Item, Project, Rubric, Task, TaskKind
from judges.engine.ledger.leases import release_shard, take_shard
from judges.engine.running.limits import Limits
from judges.engine.running.shard import work_on_shard
from judges.engine.versions.register import create_connection, create_judge
from judges.models import Connection, Judge, Run
from tests.factories.ledger import (
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_project,
    make_ranking_rubric,
    make_ranking_task,
    make_single_rubric,
    make_single_task,
    make_system,
    next_number,
)


@dataclass(frozen=True)
class Field:
    """A project with tasks of one kind."""

    project: Project
    rubric: Rubric
    tasks: list[Task]


def make_field(kind: TaskKind = TaskKind.PAIR, tasks: int = 5, **project: Any) -> Field:
    """Tasks over new items; of a pair, the first answer is the longer one in every second task."""
    owner = make_project(**project)
    if kind == TaskKind.RANKING:
        return _make_rankings(owner, tasks)
    systems = (make_system(owner, f"alpha-{next_number()}"), make_system(owner, f"beta-{next_number()}"))
    if kind == TaskKind.SINGLE:
        rubric = make_single_rubric(owner)
        made = [
            make_single_task(owner, rubric, system=systems[0], text=f"[[Answer {n}.]]") for n in range(tasks)
        ]
        return Field(owner, rubric, made)
    rubric = make_pair_rubric(owner)
    texts = ("[[A long and full answer.]]", "[[Short.]]")
    made = [
        make_pair_task(
            owner, rubric, systems=systems, texts=texts if n % 2 == 0 else texts[::-1], item=make_item(owner)
        )
        for n in range(tasks)
    ]
    return Field(owner, rubric, made)


def _make_rankings(owner: Project, tasks: int) -> Field:
    """Four answers each; in canonical order the second is the longest, the first and the third are as long."""
    rubric = make_ranking_rubric(owner)
    systems = [make_system(owner, f"{name}-{next_number()}") for name in ("alpha", "beta", "gamma", "omega")]
    texts = ("[[Middling.]]", "[[The longest of them.]]", "[[Quite so.]]", "[[Short.]]")
    return Field(
        owner, rubric, [make_ranking_task(owner, rubric, systems=systems, texts=texts) for _ in range(tasks)]
    )


def name_items(tasks: list[Task]) -> None:
    """The same names whatever tests ran before, where something is drawn by the names of items."""
    for number, task in enumerate(tasks):
        Item.objects.filter(pk=task.item_id).update(key=f"case-{number}")


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
