import pytest

from annotations.domain.queue.claim import claim_assignment
from annotations.queries.open_slots import MOST_TOLD, WorkLeft, count_work_left
from tests.factories.ledger import (
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_system,
)

pytestmark = pytest.mark.database


def test_a_task_counts_once_however_many_places_it_has() -> None:
    project = make_project(overlap=3)
    rubric = make_pair_rubric(project)
    for _ in range(2):
        make_pair_task(project, rubric, overlap=3)
    rater = make_person(project)

    assert count_work_left(rater=rater) == WorkLeft(2, more=False)
    claim_assignment(rater=rater)
    assert count_work_left(rater=rater) == WorkLeft(1, more=False)


def test_beyond_a_hundred_it_says_more() -> None:
    project = make_project(overlap=1)
    rubric, systems = make_pair_rubric(project), (make_system(project), make_system(project))
    for _ in range(MOST_TOLD + 1):
        make_pair_task(project, rubric, systems=systems, item=make_item(project))
    rater = make_person(project)

    assert count_work_left(rater=rater) == WorkLeft(MOST_TOLD, more=True)
    claim_assignment(rater=rater)
    assert count_work_left(rater=rater) == WorkLeft(MOST_TOLD, more=False)
