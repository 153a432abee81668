"""What items ask of raters is changed later: places move, leases and answers stay, the trail tells."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from annotations.domain.checking.gold import mark_gold
from annotations.domain.checking.twins import approve_twin
from annotations.domain.formats.needs import NOTHING, Needs
from annotations.domain.intake import change_needs as module
from annotations.domain.intake.change_needs import NeedsChange, change_needs
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.gates import MOST_GATES
from annotations.domain.queue.leases import expire_assignments, skip_assignment
from annotations.domain.studies.writer import StudyWriter
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Assignment, Gate, Item, Phase, Project, Rater, Rubric, Slot, Task
from annotations.queries.checks import list_gold_left
from annotations.queries.gates import Demand, list_demands
from annotations.queries.needs import NeedsLine, list_needs
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Invalid
from tests.annotations.domain.checking.test_twins import make_material, propose
from tests.factories.batches import store_batch
from tests.factories.gated import ask_for, make_reader
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project, make_user
from tests.factories.studies import Json, generation

pytestmark = pytest.mark.database
RUSSIAN, LAW = Needs("ru"), Needs(skills=("law",))


@pytest.fixture
def project() -> Project:
    return make_project("sky", overlap=1)


@pytest.fixture
def rubric(project: Project) -> Rubric:
    return make_pair_rubric(project)


def change(project: Project, needs: Needs, *tasks: Task) -> NeedsChange:
    return change_needs(
        project=project, needs=needs, actor=make_user(), keys=[task.item.key for task in tasks]
    )


def claim(rater: Rater) -> Assignment | None:
    return claim_assignment(rater=Rater.objects.select_related("project").get(pk=rater.pk))


def answer(held: Assignment) -> Annotation:
    key = str(held.public_id)
    ratings = {"overall": "first"}
    return record_annotation(assignment=held, ratings=ratings, seconds=1, client_key=key).annotation


def gates_of(task: Task) -> set[int]:
    """All numbers that stand anywhere of the task: there is one."""
    return {
        Item.objects.get(pk=task.item_id).gate,
        Task.objects.get(pk=task.pk).gate,
        *Slot.objects.filter(task=task).values_list("gate", flat=True),
    }


def test_free_places_are_dealt_by_what_is_asked_now(project: Project, rubric: Rubric) -> None:
    first, second = make_pair_task(project, rubric), make_pair_task(project, rubric)
    anybody = make_reader(project)
    assert change(project, RUSSIAN, first) == NeedsChange(1, 0)
    held = claim(anybody)
    assert held is not None
    assert held.task_id == second.pk
    answer(held)
    assert claim(anybody) is None  # and rests
    assert change(project, NOTHING, first) == NeedsChange(1, 0)
    again = claim(anybody)
    assert again is not None
    assert again.task_id == first.pk


def test_a_cursor_that_is_past_does_not_hide_what_was_opened(project: Project, rubric: Rubric) -> None:
    behind = ask_for(make_pair_task(project, rubric), "ru")
    tasks = [make_pair_task(project, rubric) for _ in range(3)]
    rater = make_reader(project)
    held = claim(rater)
    assert held is not None
    answer(held)
    change(project, NOTHING, behind)
    held = claim(rater)
    assert held is not None
    assert held.task_id == behind.pk
    assert {task.pk for task in tasks} >= set(
        Slot.objects.filter(state="free").values_list("task", flat=True)
    )


def test_a_lease_and_an_answer_stay(project: Project, rubric: Rubric) -> None:
    given, in_hand = make_pair_task(project, rubric), make_pair_task(project, rubric)
    rater = make_reader(project)
    first = claim(rater)
    assert first is not None
    stored = answer(first)
    held = claim(rater)
    assert held is not None
    change(project, LAW, given, in_hand)
    assert (gates_of(given), gates_of(in_hand)) == ({1}, {1})
    same = claim(rater)
    assert same is not None
    assert (same.pk, same.token) == (held.pk, held.token)
    assert answer(held).phase == Phase.INDEPENDENT
    assert Annotation.objects.filter(is_current=True, pk=stored.pk).exists()
    assert set(Slot.objects.values_list("state", flat=True)) == {"done"}


def test_what_comes_back_waits_behind_the_new_gate(project: Project, rubric: Rubric) -> None:
    task = make_pair_task(project, rubric)
    rater, other, lawyer = make_reader(project), make_reader(project), make_reader(project, skills=["law"])
    held = claim(rater)
    assert held is not None
    change(project, LAW, task)
    skip_assignment(assignment=held, reason="not mine")
    assert claim(other) is None
    taken = claim(lawyer)
    assert taken is not None
    assert taken.task_id == task.pk


def test_a_late_answer_counts_only_of_who_has_what_is_asked_now(project: Project, rubric: Rubric) -> None:
    task = make_pair_task(project, rubric)
    held = claim(make_reader(project))
    assert held is not None
    change(project, LAW, task)
    expire_assignments(now=held.expires_at)
    assert answer(held).phase == Phase.SURPLUS


def test_all_tasks_of_an_item_move_whatever_became_of_them(project: Project, rubric: Rubric) -> None:
    Project.objects.update(gold_share=0.1)
    gold = make_pair_task(project, rubric)
    mark_gold(task=gold, ratings={"overall": "first"}, actor=make_user())
    rater, reader = make_reader(project), make_reader(project, "ru")
    assert list_gold_left(rater=rater) == [gold.pk]
    change(project, RUSSIAN, gold)
    assert gates_of(gold) == {1}
    for person, left in ((rater, []), (reader, [gold.pk])):
        assert list_gold_left(rater=Rater.objects.select_related("project").get(pk=person.pk)) == left


def test_a_worsened_copy_goes_with_its_original() -> None:
    project = make_material()
    twin = propose(project, "cut", count=1)[0]
    origin = Task.objects.get(item=twin.generation.item)
    copy = approve_twin(twin=twin, actor=make_user()).task
    assert copy is not None
    assert change(project, LAW, origin) == NeedsChange(1, 0)
    assert (gates_of(origin), gates_of(copy)) == ({1}, {1})
    assert sum(line.items for line in list_needs(project)) == Item.objects.count() - 1


def test_a_copy_that_was_looked_at_before_a_change_asks_for_what_is_asked_now() -> None:
    project = make_material()
    twin = propose(project, "cut", count=1)[0]
    assert twin.generation.item.gate == 0
    change(project, LAW, Task.objects.get(item=twin.generation.item))
    copy = approve_twin(twin=twin, actor=make_user()).task
    assert copy is not None
    assert gates_of(copy) == {1}


def test_a_copy_that_is_not_changed_yet_is_left_to_the_same_call_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = make_material()
    twin = propose(project, "cut", count=1)[0]
    origin = Task.objects.get(item=twin.generation.item)
    copy = approve_twin(twin=twin, actor=make_user()).task
    assert copy is not None
    monkeypatch.setattr(module, "CHUNK", 1)
    asked = {"project": project, "needs": LAW, "actor": make_user(), "keys": [origin.item.key]}
    steps = [change_needs(**asked, seconds=0) for _ in range(2)]  # type: ignore[arg-type]
    assert [(step.items, step.left) for step in steps] == [(1, 1), (0, 0)]
    assert gates_of(copy) == {1}


def test_a_copy_that_is_approved_just_before_its_original_moves_goes_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = make_material()
    twin = propose(project, "cut", count=1)[0]
    step = module._step
    approved: list[Any] = []

    def approve_first(*args: Any) -> set[int]:
        if not approved:
            approved.append(approve_twin(twin=twin, actor=make_user()).task)
        return step(*args)

    monkeypatch.setattr(module, "_step", approve_first)
    assert change(project, LAW, Task.objects.get(item=twin.generation.item)) == NeedsChange(1, 0)
    assert gates_of(approved[0]) == {1}


def test_a_batch_changes_with_all_that_came_with_it(project: Project, rubric: Rubric) -> None:
    lines: list[Json] = [{"item_id": key, "prompt": "Why?"} for key in "abc"]
    answers = [generation(item_id=key, system=system) for key in "abc" for system in ("alpha", "beta")]
    store_batch(project, [{"item_id": "z", "prompt": "How?"}], [])
    batch = store_batch(project, lines, answers)
    change = change_needs(project=project, needs=Needs("ru", ("law",)), actor=make_user(), batch=batch)
    assert change == NeedsChange(3, 0)
    assert dict(Item.objects.values_list("key", "gate")) == {"a": 1, "b": 1, "c": 1, "z": 0}
    assert list_needs(Project.objects.get()) == [
        NeedsLine("ru", ("law",), 3, 3),
        NeedsLine("", (), 1, 0),
    ]


def test_the_same_again_changes_nothing_and_leaves_no_trail(project: Project, rubric: Rubric) -> None:
    first, second = make_pair_task(project, rubric), ask_for(make_pair_task(project, rubric), "de")
    change(project, RUSSIAN, first, second)
    epoch = Project.objects.get().queue_epoch
    assert change(project, RUSSIAN, first, second) == NeedsChange(0, 0)
    told = AuditEvent.objects.filter(action="change_needs").order_by("pk")
    assert [(event.details["before"]["needs_language"], event.details["items"]) for event in told] == [
        (before, [str(task.item.public_id)]) for before, task in (("", first), ("de", second))
    ]
    assert {event.details["needs_language"] for event in told} == {"ru"}
    assert Project.objects.get().queue_epoch == epoch


def test_names_that_are_none_change_nothing(project: Project, rubric: Rubric) -> None:
    task = make_pair_task(project, rubric)
    with pytest.raises(Invalid, match="nowhere") as refused:
        change_needs(project=project, needs=LAW, actor=make_user(), keys=[task.item.key, "nowhere"])
    assert refused.value.faults[0].field == "items"
    assert gates_of(task) == {0}
    for keys in ([], [f"i{n}" for n in range(10_001)]):
        with pytest.raises(Invalid, match="10,000"):
            change_needs(project=project, needs=LAW, actor=make_user(), keys=keys)
    with pytest.raises(Invalid, match="not both"):
        change_needs(project=project, needs=LAW, actor=make_user())


@pytest.mark.parametrize(("language", "told"), [("en", "“nowhere ”"), ("ru", "«nowhere »")])
def test_a_name_with_a_space_at_its_end_stands_in_quotes(
    project: Project, rubric: Rubric, language: str, told: str
) -> None:
    with override(language), pytest.raises(Invalid, match=f": {told}$"):
        change_needs(project=project, needs=LAW, actor=make_user(), keys=["nowhere "])


def test_items_of_another_project_stay_as_they_are(project: Project, rubric: Rubric) -> None:
    task, elsewhere = make_pair_task(project, rubric), make_project()
    other = make_pair_task(elsewhere, make_pair_rubric(elsewhere))
    Item.objects.filter(pk=other.item_id).update(key=task.item.key)
    change(project, LAW, task)
    assert gates_of(other) == {0}


def test_it_gives_way_and_goes_on_from_there(
    project: Project, rubric: Rubric, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 50)
    items: list[Json] = [{"item_id": f"i{n}", "prompt": "Why?"} for n in range(120)]
    batch = store_batch(project, items, [])
    asked = {"project": project, "needs": LAW, "actor": make_user(), "batch": batch}
    steps = [change_needs(**asked, seconds=0) for _ in range(3)]  # type: ignore[arg-type]
    assert [(step.items, step.left) for step in steps] == [(50, 70), (50, 20), (20, 0)]
    assert change_needs(**asked) == NeedsChange(0, 0)  # type: ignore[arg-type]


def test_two_hundred_items_take_the_statements_of_one(project: Project, rubric: Rubric) -> None:
    counts = []
    for number, many in enumerate((1, module.CHUNK)):
        items: list[Json] = [{"item_id": f"{number}-{n}", "prompt": "Why?"} for n in range(many)]
        batch = store_batch(project, items, [])
        with CaptureQueriesContext(connection) as asked:
            changed = change_needs(project=project, needs=LAW, actor=make_user(), batch=batch)
        assert changed == NeedsChange(many, 0)
        counts.append(len(asked))
    assert counts[1] <= counts[0]


def test_needs_that_no_item_has_any_more_make_room_for_others(project: Project, rubric: Rubric) -> None:
    task, kept = make_pair_task(project, rubric), make_pair_task(project, rubric)
    change(project, Needs(skills=("kept",)), kept)
    for number in range(MOST_GATES + 3):
        change(project, Needs(skills=(f"skill {number}",)), task)
    assert Gate.objects.count() <= MOST_GATES
    demands = list_demands(project)
    assert demands[gates_of(task).pop()] == Demand("", (f"skill {MOST_GATES + 2}",))
    assert demands[gates_of(kept).pop()] == Demand("", ("kept",))


def test_more_sets_than_a_claim_can_look_at_are_refused(project: Project, rubric: Rubric) -> None:
    items: list[Json] = [
        {"item_id": f"i{n}", "prompt": "Why?", "needs_skills": f"skill {n}"} for n in range(MOST_GATES)
    ]
    store_batch(project, items, [])
    task = make_pair_task(project, rubric)
    with pytest.raises(Invalid, match="64"):
        change(project, LAW, task)
    assert gates_of(task) == {0}


LINE: Json = {"item_id": "a", "prompt": "Why?", "needs_skills": "law; chess", "odd": 1.0}


def test_the_file_that_brought_an_item_may_come_again(project: Project, rubric: Rubric) -> None:
    """As it came, without a word on needs, and with the needs of today; with others it is refused by name."""
    store_batch(project, [LINE], [])
    change_needs(project=project, needs=RUSSIAN, actor=make_user(), keys=["a"])
    silent: Json = {"item_id": "a", "prompt": "Why?", "odd": 1.0}
    for line in (LINE, silent, {**silent, "needs_language": "RU"}):
        assert store_batch(project, [line], []).counts["items_unchanged"] == 1
    for field, needs in (
        ("needs_language", {"needs_language": "de"}),
        ("needs_skills", {"needs_language": "ru", "needs_skills": "law"}),
    ):
        with pytest.raises(Invalid, match="what it needs differs") as refused:
            store_batch(project, [{**silent, **needs}], [])
        assert refused.value.faults[0].field == field
    with pytest.raises(Invalid, match="and it differs"):
        store_batch(project, [{**silent, "prompt": "How?"}], [])
    assert list_demands(project)[Item.objects.get().gate] == Demand("ru", ())


def test_an_export_says_what_is_asked_now(project: Project) -> None:
    store_batch(project, [LINE], [])
    change_needs(project=project, needs=RUSSIAN, actor=make_user(), keys=["a"])
    told = list(StudyWriter(Project.objects.get()).items())
    assert told == [{"item_id": "a", "prompt": "Why?", "needs_language": "ru", "odd": 1.0}]
