"""A statement that is composed once answers as the queryset would that it was written as."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from annotations.models import Assignment, AssignmentState, Item, Project, Rater, System
from evalplatform.common.composed import Change, composed, composed_update, insert_row
from tests.factories.ledger import make_item, make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database


@composed
def find_rater(public_id: UUID) -> QuerySet[Rater]:
    return Rater.objects.select_related("project", "user").filter(public_id=public_id)


@composed
def list_items(project: int, key: str) -> QuerySet[Item]:
    return Item.objects.filter(project=project, key__gte=key).order_by("-key")[:2]


@composed
def name_systems(project: int) -> QuerySet[System, tuple[str, dict[str, Any]]]:
    return System.objects.filter(project=project).order_by("name").values_list("name", "attributes")


@composed
def find_live(rater: int, key: str) -> QuerySet[Assignment]:
    live = Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE)
    return live.filter(task__item__key=key).exclude(skip_reason="it's 100 %")


@composed
def find_counted(slug: str) -> QuerySet[Project]:
    return Project.objects.filter(slug=slug).annotate(held=Count("items"))


@composed
def count_items(project: int) -> QuerySet[Item, tuple[int]]:
    return (
        Item.objects.filter(project=project).values("project").annotate(held=Count("pk")).values_list("held")
    )


@composed
def hold_rater(pk: int) -> QuerySet[Rater]:
    return Rater.objects.filter(pk=pk).select_for_update()


@composed_update
def end_lease(pk: int, token: UUID, before: datetime, state: AssignmentState) -> Change[Assignment]:
    due = Assignment.objects.filter(pk=pk, token=token, expires_at__lt=before)
    return Change(due, {"state": state, "ended_at": before})


@pytest.fixture
def composing(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Django composes."""
    written: list[str] = []
    plain = SQLCompiler.as_sql

    def note(self: SQLCompiler, *args: Any, **options: Any) -> Any:
        found = plain(self, *args, **options)
        written.append(found[0])
        return found

    monkeypatch.setattr(SQLCompiler, "as_sql", note)
    return written


def columns_of(row: Model) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def make_lease() -> Assignment:
    project = make_project()
    task = make_pair_task(project, make_pair_rubric(project))
    return Assignment(project=project, task=task, rater=make_person(project), expires_at=timezone.now())


def test_a_row_is_what_the_queryset_gives_with_all_that_it_is_related_to() -> None:
    rater = make_person(make_project())
    found = find_rater.find(public_id=rater.public_id)
    plain = Rater.objects.select_related("project", "user").get(pk=rater.pk)
    assert found is not None
    assert columns_of(found) == columns_of(plain)
    with connection.execute_wrapper(lambda *_: pytest.fail("asked again")):
        assert columns_of(found.project) == columns_of(plain.project)
        assert found.user == plain.user
    assert found.project.public_id == rater.project.public_id
    assert not found._state.adding


def test_nothing_is_found_where_nothing_is() -> None:
    assert find_rater.find(public_id=uuid4()) is None
    assert find_rater(public_id=uuid4()) == []


def test_every_call_has_its_own_values_and_no_other_call_composes(composing: list[str]) -> None:
    first, second = make_project(), make_project()
    held = {project.pk: [make_item(project) for _ in range(3)] for project in (first, second)}
    list_items(project=first.pk, key="")
    composing.clear()
    for project, items in held.items():
        ordered = sorted(items, key=lambda item: item.key, reverse=True)
        assert list_items(project=project, key="") == ordered[:2]
        assert list_items(project=project, key=ordered[0].key) == ordered[:1]
    assert composing == []


def test_chosen_columns_come_as_tuples_read_as_ever() -> None:
    project = make_project()
    System.objects.create(project=project, name="b", attributes={"temperature": 0.5})
    System.objects.create(project=project, name="a")
    assert name_systems(project=project.pk) == [("a", {}), ("b", {"temperature": 0.5})]


def test_what_is_counted_comes_with_its_rows() -> None:
    project = make_project()
    for _ in range(3):
        make_item(project)
    [found] = find_counted(slug=project.slug)
    assert (found, vars(found)["held"]) == (project, 3)
    assert count_items(project=project.pk) == [(3,)]


def test_words_stand_in_the_statement_and_arguments_beside_it() -> None:
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, list(params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        find_live(rater=7, key="it's 100 %")
    [(sql, params)] = asked
    assert "= 'live'" in sql
    assert sorted(map(str, params)) == ["7", "it's 100 %", "it's 100 %"]


def test_what_cannot_be_composed_is_refused() -> None:
    @composed
    def list_keys(project: int) -> QuerySet[Item, str]:
        return Item.objects.filter(project=project).values_list("key", flat=True)

    @composed
    def list_with_all(project: int) -> QuerySet[Item]:
        return Item.objects.filter(project=project).prefetch_related("generations")

    for read in (list_keys, list_with_all):
        with pytest.raises(TypeError):
            read(project=1)
    wrong: dict[str, Any] = {"project": None}
    with pytest.raises(TypeError):
        count_items(**wrong)
    with pytest.raises(TypeError):
        count_items(1)
    with pytest.raises(TypeError):
        count_items(**wrong | {"project": [1]})


@pytest.mark.database(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans nothing ahead")
def test_postgresql_plans_it_once() -> None:
    project = make_project()
    make_item(project)
    with connection.cursor() as cursor:
        # What has been counted of other tests' rows may be worth a plan for every value.
        cursor.execute("ANALYZE annotations_item")
    for _ in range(12):
        count_items(project=project.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE %s", ["%COUNT(%"]
        )
        assert [plans > 0 for (plans,) in cursor.fetchall()] == [True]


@pytest.mark.database(transaction=True)
def test_a_lock_needs_a_transaction_to_be_held_in() -> None:
    rater = make_person(make_project())
    with transaction.atomic():
        assert hold_rater(pk=rater.pk) == [rater]
    with pytest.raises(TransactionManagementError):
        hold_rater(pk=rater.pk)


def test_an_update_changes_what_the_queryset_would_and_says_how_much() -> None:
    lease = make_lease()
    lease.save()
    later = lease.expires_at + timedelta(seconds=1)
    asked: dict[str, Any] = {"pk": lease.pk, "before": later, "state": AssignmentState.EXPIRED}
    assert end_lease(token=uuid4(), **asked) == 0
    assert end_lease(token=lease.token, **asked | {"before": lease.expires_at}) == 0
    assert Assignment.objects.get().state == AssignmentState.LIVE
    assert end_lease(token=lease.token, **asked) == 1
    stored = Assignment.objects.get()
    assert (stored.state, stored.ended_at) == (AssignmentState.EXPIRED, later)


def test_an_inserted_row_is_what_a_saved_one_would_be(composing: list[str]) -> None:
    lease = make_lease()
    insert_row(lease)
    stored = Assignment.objects.get()
    assert columns_of(stored) == columns_of(lease)
    assert not lease._state.adding
    lease.skip_reason = "cannot judge"
    lease.save(update_fields=["skip_reason"])
    assert Assignment.objects.get().skip_reason == "cannot judge"
    project = Project(slug="sea", title="Sea")
    insert_row(project)
    assert columns_of(Project.objects.get(slug="sea")) == columns_of(project)


def test_the_database_refuses_what_it_would_refuse_and_the_transaction_is_over() -> None:
    lease = make_lease()
    insert_row(lease)
    again = Assignment(project=lease.project, task=lease.task, rater=lease.rater, expires_at=lease.expires_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_row(again)
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert_row(again)
        with pytest.raises(TransactionManagementError):
            Assignment.objects.count()
        transaction.set_rollback(True)
    assert Assignment.objects.count() == 1
