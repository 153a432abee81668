import io

import pytest

from annotations.domain.formats.batch_lines import NDJSON, read_batch
from annotations.domain.intake.batches import check_batch, submit_batch
from annotations.domain.planning.plan_batches import CHUNK, PLANNED_TO, plan_batch, plan_waiting_batches
from annotations.models import Batch, BatchState, Generation, Item, Project, Slot, System, Task
from evalplatform.common.errors import Invalid
from tests.factories.batches import make_lines, store_batch
from tests.factories.ledger import (
    make_item,
    make_pair_rubric,
    make_project,
    make_single_rubric,
    make_system,
)
from tests.factories.studies import Json, generation

pytestmark = pytest.mark.database
ITEM: Json = {"item_id": "i1", "prompt": "Why?", "meta": {"theme": "sky"}}
BOTH = [generation(), generation(system="beta")]


@pytest.fixture
def project() -> Project:
    project = make_project(overlap=2)
    make_pair_rubric(project)
    make_single_rubric(project)
    return project


def count_rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Batch, Item, Generation, System, Task, Slot)}


def counts(items: int, same: int, generations: int, same_generations: int, left_out: int = 0) -> Json:
    return {
        "items": items,
        "items_unchanged": same,
        "generations": generations,
        "generations_unchanged": same_generations,
        "left_out": left_out,
    }


def test_a_batch_is_stored_planned_and_opened(project: Project) -> None:
    batch = store_batch(project, [ITEM], BOTH)

    assert (batch.counts, batch.state) == (counts(1, 0, 2, 0), BatchState.PLANNED)
    assert count_rows() == {"Batch": 1, "Item": 1, "Generation": 2, "System": 2, "Task": 3, "Slot": 6}
    item, answer = Item.objects.get(), Generation.objects.get(system__name="beta")
    assert (item.prompt, item.attributes, item.turns, item.batch) == ("Why?", {"theme": "sky"}, None, batch)
    assert (answer.text, answer.meta, answer.item, answer.batch) == ("Because.", {}, item, batch)
    assert item.public_id != answer.public_id
    assert item.created_at.tzinfo is not None


def test_what_is_there_may_come_again_and_new_answers_join(project: Project) -> None:
    store_batch(project, [ITEM], BOTH)
    batch = store_batch(project, [ITEM, ITEM], [BOTH[0], generation(system="gamma"), BOTH[0]])

    assert batch.counts == counts(0, 2, 1, 2)
    assert count_rows() == {"Batch": 2, "Item": 1, "Generation": 3, "System": 3, "Task": 6, "Slot": 12}


def test_an_answer_to_an_item_of_an_earlier_batch_is_taken(project: Project) -> None:
    store_batch(project, [ITEM])
    batch = store_batch(project, [], BOTH)

    assert batch.counts == counts(0, 0, 2, 0)
    assert count_rows() == {"Batch": 2, "Item": 1, "Generation": 2, "System": 2, "Task": 3, "Slot": 6}


BAD_ITEMS: list[Json] = [
    {"item_id": "i2"},
    {"item_id": "i1", "prompt": "Other?"},
    {"item_id": 5},
    {"item_id": True},
]
BAD_GENERATIONS = [
    generation("i2"), generation("i9"), generation(text="Other."), generation("i2", text="Two."),
    generation("i2", "beta", text=1), {"item_id": "i2", "system": "beta", "meta": {"n": 1e300}},
]  # fmt: skip
PLACES = [
    ("items", 2, "item_id"), ("items", 3, "item_id"), ("items", 4, "item_id"),
    ("generations", 2, "item_id"), ("generations", 3, "system"), ("generations", 4, "system"),
    ("generations", 5, "text"), ("generations", 6, "meta"),
]  # fmt: skip


def test_nothing_is_stored_when_a_line_is_bad(project: Project) -> None:
    store_batch(project, [ITEM], BOTH)
    before = count_rows()

    with pytest.raises(Invalid) as caught:
        store_batch(project, BAD_ITEMS, BAD_GENERATIONS)

    assert count_rows() == before
    assert [(fault.file, fault.line, fault.field) for fault in caught.value.faults] == PLACES


def test_partial_mode_leaves_bad_lines_out_and_says_which(project: Project) -> None:
    store_batch(project, [ITEM], BOTH)
    batch = store_batch(project, BAD_ITEMS, BAD_GENERATIONS, partial=True)

    assert batch.counts == counts(1, 0, 1, 0, left_out=8)
    assert [(fault["list"], fault["line"], fault["field"]) for fault in batch.faults] == PLACES
    assert batch.faults[1]["message"] == "a text is wanted, not 5"


def test_a_batch_that_nobody_planned_is_planned_by_the_sweep_from_where_it_stopped(project: Project) -> None:
    items = [{"item_id": f"i{n}", "prompt": "?"} for n in range(CHUNK + 1)]
    answers = [generation(f"i{n}") for n in range(CHUNK + 1)]
    batch = store_batch(project, items, answers, plan=False)
    assert (batch.state, count_rows()["Task"]) == (BatchState.ACCEPTED, 0)

    assert plan_batch(batch_id=batch.pk, seconds=0) is False
    batch.refresh_from_db()
    assert (batch.state, count_rows()["Task"]) == (BatchState.ACCEPTED, CHUNK)
    assert batch.counts[PLANNED_TO] == sorted(Item.objects.values_list("pk", flat=True))[CHUNK - 1]

    assert plan_waiting_batches() == 1
    batch.refresh_from_db()
    assert (batch.state, count_rows()["Task"], count_rows()["Slot"]) == (
        BatchState.PLANNED,
        CHUNK + 1,
        2 * (CHUNK + 1),
    )
    assert batch.counts == counts(CHUNK + 1, 0, CHUNK + 1, 0)
    assert plan_waiting_batches() == 0


def test_a_batch_that_cannot_be_planned_does_not_hold_up_the_next(project: Project) -> None:
    broken = make_project(pairing={"policy": "none"})
    stuck = store_batch(broken, [ITEM], BOTH, plan=False)
    waiting = store_batch(project, [ITEM], BOTH, plan=False)

    assert plan_waiting_batches() == 1
    states = dict(Batch.objects.values_list("pk", "state"))
    assert states == {stuck.pk: BatchState.ACCEPTED, waiting.pk: BatchState.PLANNED}


def test_what_a_name_stands_for_is_known_across_chunks(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.domain.intake.batches.CHUNK", 2)
    store_batch(project, [ITEM], BOTH)
    items = [{"item_id": f"i{n}", "prompt": "?"} for n in range(2, 7)]
    answers = [generation(f"i{n}") for n in range(1, 7)]

    batch = store_batch(project, [*items, ITEM, items[0]], [*answers, generation("i3", "beta"), answers[2]])
    assert batch.counts == counts(5, 2, 6, 2)
    assert Generation.objects.filter(item__key="i3").count() == 2

    with pytest.raises(Invalid) as caught:
        store_batch(
            project,
            [*({"item_id": f"j{n}"} for n in range(5)), {"item_id": "j0", "prompt": "Other?"}],
            [*(generation(f"j{n}") for n in range(5)), generation("j0", text="Other."), generation("j9")],
        )
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [
        ("items", 6), ("generations", 6), ("generations", 7),
    ]  # fmt: skip


def test_an_answer_that_a_rating_only_named_is_another_one(project: Project) -> None:
    item = make_item(project, key="i1")
    system = make_system(project, "alpha")
    Generation.objects.create(project=project, item=item, system=system, is_placeholder=True)

    with pytest.raises(Invalid, match="'alpha' has another answer already"):
        store_batch(project, [], [generation()])


def test_a_draft_may_be_looked_at_before_it_is_stored(project: Project) -> None:
    body = io.BytesIO(make_lines(3))
    with read_batch(handle=body, media_type=NDJSON, content_hash="0" * 64, partial=True) as draft:
        checks = [check_batch(project=project, draft=draft) for _ in range(2)]
        batch = submit_batch(project=project, user=None, key="", draft=draft)

    assert batch.counts == checks[0].counts == checks[1].counts == counts(3, 0, 6, 0)
    assert (Item.objects.count(), Generation.objects.count()) == (3, 6)
