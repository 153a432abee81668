from typing import Any  # the policy is JSON

import pytest

from annotations.domain.asking.pairing import Pairing
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.models import Item, Project, Rubric, Task, TaskKind
from evalplatform.common.errors import Invalid
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_project,
    make_single_rubric,
    make_system,
)

SYSTEMS = ("alpha", "beta", "gamma", "delta")


def make_field(pairing: dict[str, Any], *, items: int = 2, **fields: Any) -> Project:
    """Items answered by four systems, under a pair rubric."""
    project = make_project(pairing=pairing)
    systems = [make_system(project, name) for name in SYSTEMS]
    for _ in range(items):
        item = make_item(project, **fields)
        for system in systems:
            make_generation(item, system)
    make_pair_rubric(project)
    return project


def list_pairs(project: Project) -> list[tuple[str, ...]]:
    return sorted(
        tuple(place.generation.system.name for place in task.positions.all())
        for task in Task.objects.filter(project=project, kind=TaskKind.PAIR)
    )


@pytest.mark.database
def test_all_pairs_stand_in_canonical_order_and_single_tasks_are_one_an_answer() -> None:
    project = make_field({"policy": "all"}, items=1)
    make_single_rubric(project)

    assert plan_tasks(project=project) == 10
    assert list_pairs(project) == [
        ("alpha", "beta"), ("alpha", "delta"), ("alpha", "gamma"),
        ("beta", "delta"), ("beta", "gamma"), ("delta", "gamma"),
    ]  # fmt: skip
    assert Task.objects.filter(kind=TaskKind.SINGLE, turn=None, state="open").count() == 4


@pytest.mark.database
def test_planning_again_changes_nothing_and_what_is_new_is_added() -> None:
    project = make_field({}, items=2)
    assert plan_tasks(project=project) == 12
    before = list(Task.objects.order_by("pk").values_list("pk", "identity", "rank"))

    assert plan_tasks(project=project) == 0
    make_generation(Item.objects.first() or make_item(project), make_system(project, "epsilon"))
    assert plan_tasks(project=project) == 4
    assert list(Task.objects.order_by("pk").values_list("pk", "identity", "rank"))[:12] == before


@pytest.mark.database
def test_against_one_system_and_sampled_pairs() -> None:
    against = make_field({"policy": "against", "system": "beta"}, items=1)
    plan_tasks(project=against)
    assert list_pairs(against) == [("alpha", "beta"), ("beta", "delta"), ("beta", "gamma")]

    sampled = make_field({"policy": "sampled", "n": 2, "seed": 5}, items=30)
    assert plan_tasks(project=sampled) == 60
    assert plan_tasks(project=sampled) == 0
    assert len(set(list_pairs(sampled))) == 6


@pytest.mark.database
@pytest.mark.parametrize(("turns", "expected"), [("whole", [None]), ("each", [1, 2]), ("last", [2])])
def test_turns_are_asked_for_as_the_project_says(turns: str, expected: list[int | None]) -> None:
    project = make_project(pairing={"turns": turns})
    item = make_item(project, turns=["Why?", "And then?"])
    make_generation(item, make_system(project), turns=["Because.", "Nothing."])
    make_single_rubric(project)
    plan_tasks(project=project)

    assert list(Task.objects.order_by("turn").values_list("turn", flat=True)) == expected
    assert list(Task.objects.values_list("state", flat=True)) == ["open"] * len(expected)


@pytest.mark.database
def test_one_rubric_asks_about_each_turn_and_another_about_the_whole() -> None:
    project = make_project(pairing={"turns": {"manner": "each", "end": "last"}})
    item = make_item(project, turns=["Why?", "And then?"])
    make_generation(item, make_system(project), turns=["Because.", "Nothing."])
    for key in ("manner", "end", "worth"):
        make_single_rubric(project, key=key)
    plan_tasks(project=project)

    asked = Task.objects.order_by("rubric__key", "turn").values_list("rubric__key", "turn")
    assert list(asked) == [("end", 2), ("manner", 1), ("manner", 2), ("worth", None)]


@pytest.mark.database
def test_a_missing_answer_makes_its_tasks_undealable() -> None:
    project = make_project(pairing={"turns": "each"})
    item = make_item(project, turns=["Why?", "And then?"])
    make_generation(item, make_system(project, "short"), turns=["Because."])
    make_single_rubric(project)
    plan_tasks(project=project)

    assert list(Task.objects.order_by("turn").values_list("turn", "state")) == [
        (1, "open"),
        (2, "undealable"),
    ]


@pytest.mark.database
def test_only_the_newest_version_of_a_rubric_is_planned() -> None:
    project = make_field({}, items=1)
    old = Rubric.objects.get()
    make_pair_rubric(project, key=old.key, version=2)
    plan_tasks(project=project)

    assert set(Task.objects.values_list("rubric__version", flat=True)) == {2}


@pytest.mark.database
def test_the_rank_is_random_but_follows_the_seed() -> None:
    project = make_field({}, items=30)
    plan_tasks(project=project)
    ranks = list(Task.objects.order_by("pk").values_list("rank", flat=True))

    Task.objects.all().delete()
    plan_tasks(project=project)
    assert list(Task.objects.order_by("pk").values_list("rank", flat=True)) == ranks
    assert len(set(ranks)) == len(ranks) == 180
    assert ranks != sorted(ranks)
    assert min(ranks) >= 0


@pytest.mark.parametrize(
    "stated",
    [
        {"policy": "some"},
        {"policy": ["all"]},
        {"policy": "against"},
        {"policy": "sampled"},
        {"policy": "sampled", "n": 0},
        {"policy": "sampled", "n": True},
        {"policy": "sampled", "n": 2, "seed": "x"},
        {"turns": "none"},
        {"turns": ["each"]},
        {"turns": {"manner": "none"}},
        {"turns": {"manner": None}},
    ],
)
def test_a_policy_that_is_none_is_refused(stated: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Pairing.read(stated)


def test_a_sample_does_not_depend_on_the_order_of_systems() -> None:
    pairing = Pairing.read({"policy": "sampled", "n": 3, "seed": 1})

    assert pairing.choose_pairs("i", SYSTEMS) == pairing.choose_pairs("i", SYSTEMS[::-1])
    assert len(pairing.choose_pairs("i", SYSTEMS)) == 3


@pytest.mark.database
def test_items_are_planned_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotations.domain.planning.plan_tasks.CHUNK", 2)
    project = make_field({}, items=5)
    first, *others = Item.objects.order_by("pk").values_list("pk", flat=True)

    assert plan_tasks(project=project, items=others[:3]) == 18
    assert plan_tasks(project=project) == 12
    assert Task.objects.filter(item=first).count() == 6
