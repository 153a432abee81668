import pytest

from annotations.domain.intake import submit_batch
from annotations.models import Batch, Generation, Item, Project, Slot, System, Task
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Invalid
from tests.factories.ledger import make_pair_rubric, make_project, make_single_rubric, make_user
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


@pytest.fixture
def user() -> User:
    return make_user()


def count_rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Batch, Item, Generation, System, Task, Slot)}


def test_a_batch_is_stored_planned_and_opened(project: Project, user: User) -> None:
    batch = submit_batch(project=project, user=user, idempotency_key="k", items=[ITEM], generations=BOTH)

    assert batch.counts == {"items": 1, "generations": 2, "tasks": 3, "slots": 6}
    assert count_rows() == {"Batch": 1, "Item": 1, "Generation": 2, "System": 2, "Task": 3, "Slot": 6}
    assert (Item.objects.get().attributes, Item.objects.get().batch) == ({"theme": "sky"}, batch)


@pytest.mark.parametrize("anonymous", [False, True])
def test_the_same_key_is_the_same_batch(project: Project, user: User, anonymous: bool) -> None:
    who = None if anonymous else user
    first = submit_batch(project=project, user=who, idempotency_key="k", items=[ITEM], generations=BOTH)
    again = submit_batch(project=project, user=who, idempotency_key="k", items=[ITEM], generations=BOTH)

    assert again == first
    assert count_rows()["Batch"] == 1
    with pytest.raises(Conflict):
        submit_batch(project=project, user=who, idempotency_key="k", items=[ITEM], generations=BOTH[:1])


def test_what_is_there_may_come_again_and_new_answers_join(project: Project, user: User) -> None:
    submit_batch(project=project, user=user, idempotency_key="1", items=[ITEM], generations=BOTH)
    more = [BOTH[0], generation(system="gamma")]
    batch = submit_batch(project=project, user=user, idempotency_key="2", items=[ITEM], generations=more)

    assert batch.counts == {"items": 0, "generations": 1, "tasks": 3, "slots": 6}
    assert count_rows() == {"Batch": 2, "Item": 1, "Generation": 3, "System": 3, "Task": 6, "Slot": 12}


def test_an_answer_to_an_item_of_an_earlier_batch_is_taken(project: Project, user: User) -> None:
    submit_batch(project=project, user=user, idempotency_key="1", items=[ITEM], generations=[])
    batch = submit_batch(project=project, user=user, idempotency_key="2", items=[], generations=BOTH)

    assert batch.counts == {"items": 0, "generations": 2, "tasks": 3, "slots": 6}


def test_nothing_is_stored_when_a_line_is_bad(project: Project, user: User) -> None:
    submit_batch(project=project, user=user, idempotency_key="1", items=[ITEM], generations=BOTH)
    before = count_rows()

    with pytest.raises(Invalid) as caught:
        submit_batch(
            project=project,
            user=user,
            idempotency_key="2",
            items=[{"item_id": "i2"}, {"item_id": "i1", "prompt": "Other?"}, {"item_id": 5}, {"item_id": "a\0"}],
            generations=[
                generation("i2"), generation("i9"), generation(text="Other."), generation("i2", text="Two."),
                generation("i2", "beta", text="a\0b"), {"item_id": "i2", "system": "beta", "meta": {"n": 1e300}},
            ],
        )  # fmt: skip

    assert count_rows() == before
    assert [(fault.file, fault.line, fault.field) for fault in caught.value.faults] == [
        ("items", 2, "item_id"), ("items", 3, "item_id"), ("items", 4, "item_id"),
        ("generations", 2, "item_id"), ("generations", 3, "system"), ("generations", 4, "system"),
        ("generations", 5, "text"), ("generations", 6, "meta"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "items"),
    [("", []), ("k" * 256, []), ("k\0", []), ("k", [{"item_id": {1, 2}}]), ("k", [{"item_id": "\ud800"}])],
)
def test_what_is_no_batch_is_refused(project: Project, user: User, key: str, items: list[Json]) -> None:
    with pytest.raises(Invalid):
        submit_batch(project=project, user=user, idempotency_key=key, items=items, generations=[])
    assert count_rows()["Batch"] == 0
