"""Own work, pay and last answers over REST."""

from decimal import Decimal
from typing import Any

import pytest

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Rater
from tests.factories.callers import open_api
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database


def make_worker(count: int) -> Rater:
    """Somebody with so many answers, of a project that pays 0.5 USD a task."""
    project = make_project("sky", pay=Decimal("0.5"))
    rubric = make_pair_rubric(project)
    for _ in range(count + 1):
        make_pair_task(project, rubric)
    rater = make_person(project)
    for number in range(count):
        held = claim_assignment(rater=rater)
        assert held is not None
        content: Any = {"ratings": {"overall": "first"}, "seconds": 0.0, "client_key": str(number)}
        record_annotation(assignment=held, **content)
    return rater


def test_work_and_pay_are_those_of_the_page() -> None:
    told = open_api(make_worker(3).user).get("/api/v1/projects/sky/work/").json()
    work = {"tasks": 3, "seconds": 0.0, "earned": "1.50"}
    assert (told["today"], told["week"], told["all"]) == (work, work, work)
    assert (told["pay"], told["pay_unit"], told["median"]) == ("0.5000", "task", None)


def test_whoever_has_done_nothing_reads_zero() -> None:
    told = open_api(make_worker(0).user).get("/api/v1/projects/sky/work/").json()
    assert told["all"] == {"tasks": 0, "seconds": 0.0, "earned": "0.00"}


def test_the_last_answer_is_read_and_changed_by_its_id() -> None:
    api = open_api(make_worker(12).user)
    listed = api.get("/api/v1/projects/sky/last-answers/").json()
    assert len(listed) == 10
    last = listed[0]
    assert last["ratings"] == {"overall": {"value": "first"}}
    changed = api.put(
        f"/api/v1/assignments/{last['assignment']}/annotation/",
        {"ratings": {"overall": "second"}, "client_key": "change"},
        content_type="application/json",
        headers={"If-Match": last["id"]},
    )
    assert changed.status_code == 201
    first = api.get("/api/v1/projects/sky/last-answers/").json()[0]
    assert (first["phase"], first["ratings"]) == ("revised", {"overall": {"value": "second"}})


def test_nobody_reads_the_answers_of_another() -> None:
    rater = make_worker(2)
    assert open_api(make_person(rater.project).user).get("/api/v1/projects/sky/last-answers/").json() == []
