"""Rows of the ledger for tests: plain functions, each with sensible defaults and nothing hidden."""

import itertools
from collections.abc import Sequence
from typing import Any  # JSON columns hold any JSON value

from annotations.models import (
    Criterion,
    Generation,
    Item,
    Level,
    Membership,
    Project,
    Rater,
    RaterKind,
    Role,
    Rubric,
    Slot,
    System,
    Task,
    TaskGeneration,
    TaskKind,
)
from evalplatform.accounts.models import User
from evalplatform.common.hashing import hash_content

_numbers = itertools.count(1)


def next_number() -> int:
    """A number that no other row of this process has."""
    return next(_numbers)


def make_user(name: str = "", **fields: Any) -> User:
    return User.objects.create_user(username=name or f"user{next_number()}", **fields)


def make_project(slug: str = "", **fields: Any) -> Project:
    return Project.objects.create(slug=slug or f"project-{next_number()}", **{"seed": 7, **fields})


def make_member(project: Project, role: Role = Role.RATER, *, user: User | None = None) -> Membership:
    return Membership.objects.create(project=project, user=user or make_user(), role=role)


def make_person(project: Project, name: str = "", *, role: Role = Role.RATER) -> Rater:
    """A live person with a user and a membership."""
    user = make_user(name)
    make_member(project, role, user=user)
    return Rater.objects.create(
        project=project, kind=RaterKind.PERSON, user=user, name=f"person-{user.public_id.hex[:8]}"
    )


def make_system(project: Project, name: str = "", **fields: Any) -> System:
    return System.objects.create(project=project, name=name or f"system-{next_number()}", **fields)


def build_item(project: Project, prompt: str | None = "Why is the sky blue?", **fields: Any) -> Item:
    """One that is not stored yet."""
    key = fields.pop("key", f"item-{next_number()}")
    digest = hash_content([key, prompt, fields.get("turns")])
    return Item(project=project, key=key, prompt=prompt, content_hash=digest, **fields)


def make_item(project: Project, prompt: str | None = "Why is the sky blue?", **fields: Any) -> Item:
    item = build_item(project, prompt, **fields)
    item.save(force_insert=True)
    return item


def build_generation(
    item: Item, system: System, text: str | None = "Because of **scattering**.", **fields: Any
) -> Generation:
    """One that is not stored yet, of an item that need not be."""
    digest = hash_content([item.key, system.name, text, fields.get("turns")])
    return Generation(
        project=item.project, item=item, system=system, text=text, content_hash=digest, **fields
    )


def make_generation(
    item: Item, system: System, text: str | None = "Because of **scattering**.", **fields: Any
) -> Generation:
    generation = build_generation(item, system, text, **fields)
    generation.save(force_insert=True)
    return generation


def make_rubric(project: Project, kind: TaskKind = TaskKind.PAIR, **fields: Any) -> Rubric:
    """A rubric without criteria."""
    number = next_number()
    defaults = {"key": f"rubric-{number}", "content_hash": hash_content(number), "labels": {"en": "Quality"}}
    return Rubric.objects.create(project=project, task_kind=kind, **{**defaults, **fields})


def make_criterion(rubric: Rubric, key: str, level: Level = Level.ORDINAL, **fields: Any) -> Criterion:
    defaults: dict[str, Any] = {
        "position": rubric.criteria.count(),
        "name": key,
        "labels": {"en": key.capitalize()},
        "question": {"en": f"How good is it: {key}?"},
    }
    return Criterion.objects.create(
        project=rubric.project, rubric=rubric, key=key, level=level, **{**defaults, **fields}
    )


def scale(*values: Any) -> list[dict[str, Any]]:
    """Legal values as a criterion keeps them."""
    return [{"value": value} for value in values]


def make_pair_rubric(project: Project, values: Sequence[str] = (), **fields: Any) -> Rubric:
    """One preference criterion, `overall`."""
    rubric = make_rubric(project, TaskKind.PAIR, **fields)
    make_criterion(
        rubric,
        "overall",
        Level.PREFERENCE,
        values=scale(*values),
        question={"en": "Which answer is better?", "ru": "Какой ответ лучше?"},
    )
    return rubric


def make_ranking_rubric(project: Project, keys: Sequence[str] = ("overall",), **fields: Any) -> Rubric:
    """Criteria under which all answers are ranked."""
    rubric = make_rubric(project, TaskKind.RANKING, **fields)
    for key in keys:
        make_criterion(rubric, key, Level.PREFERENCE, options={"task": "ranking"})
    return rubric


def make_single_rubric(
    project: Project, keys: Sequence[str] = ("correctness", "clarity"), **fields: Any
) -> Rubric:
    """One ordinal criterion from 1 to 5 for each key."""
    rubric = make_rubric(project, TaskKind.SINGLE, **fields)
    for key in keys:
        make_criterion(rubric, key, values=scale(1, 2, 3, 4, 5))
    return rubric


def build_task(item: Item, rubric: Rubric, **fields: Any) -> Task:
    """One that is not stored yet, behind all that were made before it."""
    number = next_number()
    defaults: dict[str, Any] = {"rank": number, "identity": hash_content(["task", number])}
    return Task(
        project=item.project, item=item, rubric=rubric, kind=rubric.task_kind, **{**defaults, **fields}
    )


def make_task(
    item: Item, rubric: Rubric, generations: Sequence[Generation], *, overlap: int = 1, **fields: Any
) -> Task:
    """A task with its places for people; `generations` are put into canonical order."""
    ordered = sorted(generations, key=lambda generation: generation.system.name)
    task = build_task(item, rubric, **fields)
    task.save(force_insert=True)
    for position, generation in enumerate(ordered):
        TaskGeneration.objects.create(
            project=item.project, task=task, generation=generation, position=position
        )
    Slot.objects.bulk_create(
        Slot(project=item.project, task=task, number=place, rank=task.rank) for place in range(overlap)
    )
    return task


def make_pair_task(
    project: Project,
    rubric: Rubric,
    *,
    systems: Sequence[System] = (),
    texts: Sequence[str] = ("The first answer.", "The second answer."),
    item: Item | None = None,
    **fields: Any,
) -> Task:
    """A pair over a new item; `texts` go to `systems` in the order given."""
    item = item or make_item(project)
    systems = systems or (make_system(project), make_system(project))
    generations = [make_generation(item, system, text) for system, text in zip(systems, texts, strict=True)]
    return make_task(item, rubric, generations, **fields)


def make_ranking_task(
    project: Project,
    rubric: Rubric,
    *,
    systems: Sequence[System],
    texts: Sequence[str] = (),
    item: Item | None = None,
    **fields: Any,
) -> Task:
    """A ranking over a new item; `texts` go to `systems` in the order given."""
    item = item or make_item(project)
    texts = texts or [f"Answer {number}." for number, _ in enumerate(systems)]
    generations = [make_generation(item, system, text) for system, text in zip(systems, texts, strict=True)]
    return make_task(item, rubric, generations, **fields)


def make_single_task(
    project: Project,
    rubric: Rubric,
    *,
    system: System | None = None,
    text: str = "An answer.",
    item: Item | None = None,
    **fields: Any,
) -> Task:
    """One answer over a new item."""
    item = item or make_item(project)
    return make_task(item, rubric, [make_generation(item, system or make_system(project), text)], **fields)
