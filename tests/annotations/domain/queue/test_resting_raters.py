"""Somebody for whom nothing is left is not searched for behind their cursor again until something may be there."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.domain.queue import claim
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import skip_assignment
from annotations.domain.queue.raters import DRAINED_FOR
from annotations.domain.queue.slots import open_slots
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Assignment, Project, Rater, Slot
from annotations.queries.open_slots import START, OpenPlace, find_open_places
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Exhausted
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    project = make_project(overlap=2)
    rubric = make_pair_rubric(project)
    for _ in range(3):
        make_pair_task(project, rubric, overlap=2)
    return project


def drain(rater: Rater) -> None:
    """Answer all there is, and hear that nothing is left."""
    while (held := claim_assignment(rater=rater)) is not None:
        record_annotation(
            assignment=held, ratings={"overall": "first"}, seconds=1, client_key=str(held.public_id)
        )


def count_searches(rater: Rater) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert claim_assignment(rater=rater) is None
    return len([query for query in asked if "ORDER BY slot.rank" in query["sql"]])


def test_the_queue_is_searched_once_more_and_then_from_its_end(project: Project) -> None:
    rater = make_person(project)
    drain(rater)
    assert count_searches(rater) == 1
    rater.refresh_from_db()
    assert rater.queue_cursor >= max(Slot.objects.values_list("rank", flat=True))


def test_a_place_that_returns_is_met_at_once(project: Project) -> None:
    holder, rater = make_person(project), make_person(project)
    last = make_pair_task(project, make_pair_rubric(project, key="last"), overlap=1, rank=0)
    held = claim_assignment(rater=holder)
    assert held is not None
    assert held.task == last
    with pytest.raises(Exhausted):
        drain(rater)
    with pytest.raises(Exhausted):
        claim_assignment(rater=rater)
    skip_assignment(assignment=held, reason="cannot judge")
    found = claim_assignment(rater=rater)
    assert found is not None
    assert found.task == last


def test_new_places_wake_who_rests(project: Project) -> None:
    rater = make_person(project)
    drain(rater)
    task = make_pair_task(project, make_pair_rubric(project, key="later"), overlap=0, rank=-(2**40))
    assert claim_assignment(rater=rater) is None
    assert open_slots(project=project) == 2
    found = claim_assignment(rater=rater)
    assert found is not None
    assert found.task == task


def test_whatever_else_came_up_behind_the_cursor_is_found_a_minute_later(project: Project) -> None:
    rater = make_person(project)
    drain(rater)
    task = make_pair_task(project, make_pair_rubric(project, key="later"), overlap=1, rank=-(2**40))
    assert claim_assignment(rater=rater) is None
    found = claim_assignment(rater=rater, now=database_now() + DRAINED_FOR + timedelta(seconds=1))
    assert found is not None
    assert found.task == task
    assert Assignment.objects.filter(rater=rater).count() == 4


def test_a_place_that_returns_while_the_queue_is_searched_is_found_at_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder, rater = make_person(project), make_person(project)
    last = make_pair_task(project, make_pair_rubric(project, key="last"), overlap=1, rank=0)
    held = claim_assignment(rater=holder)
    assert held is not None
    with pytest.raises(Exhausted):
        drain(rater)
    Rater.objects.filter(pk=rater.pk).update(drained_until=None)

    def return_it_afterwards(*, above: int, **options: Any) -> list[OpenPlace]:
        found = find_open_places(above=above, **options)
        if above == START:
            skip_assignment(assignment=held, reason="cannot judge")
        return found

    with monkeypatch.context() as patch, suppress(Exhausted):
        patch.setattr(claim, "find_open_places", return_it_afterwards)
        assert claim_assignment(rater=rater) is None
    found = claim_assignment(rater=rater)
    assert found is not None
    assert found.task == last


def test_a_place_that_opens_while_the_queue_is_searched_is_found_at_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    rater = make_person(project)
    drain(rater)
    Rater.objects.filter(pk=rater.pk).update(drained_until=None)
    task = make_pair_task(project, make_pair_rubric(project, key="later"), overlap=0, rank=-(2**40))

    def open_it_afterwards(*, above: int, **options: Any) -> list[OpenPlace]:
        found = find_open_places(above=above, **options)
        if above == START:
            open_slots(project=project)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(claim, "find_open_places", open_it_afterwards)
        assert claim_assignment(rater=rater) is None
    found = claim_assignment(rater=rater)
    assert found is not None
    assert found.task == task


@pytest.mark.database(transaction=True)
def test_the_search_of_a_whole_queue_holds_no_lock(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    rater = make_person(project)
    drain(rater)
    Rater.objects.filter(pk=rater.pk).update(drained_until=None)
    held = []

    def note(*, above: int, **options: Any) -> list[OpenPlace]:
        if above == START:
            held.append(connection.in_atomic_block)
        return find_open_places(above=above, **options)

    monkeypatch.setattr(claim, "find_open_places", note)
    assert claim_assignment(rater=rater) is None
    assert held == [False]
