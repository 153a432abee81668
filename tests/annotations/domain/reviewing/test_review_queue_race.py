"""Two look at the reviewers' queue at once: it tells how far people are apart on what stands, not on what stood."""

import threading
from collections.abc import Collection, Mapping
from typing import Any  # a spread is the queue's own

import pytest
from django.db import connection

from annotations.domain.reviewing import review_queue
from annotations.domain.reviewing.review_queue import measure_reviews, refresh_reviews
from annotations.models import Project, Review, ReviewState, Task
from tests.annotations.domain.reviewing.test_adjudicate import revise, split
from tests.factories.ledger import make_project, make_single_rubric, make_single_task

pytestmark = [pytest.mark.database(transaction=True)]
SECONDS = 20


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def task(project: Project) -> Task:
    return make_single_task(project, make_single_rubric(project, ("clarity",)), overlap=3)


class SlowLook:
    """Somebody who measures the task on a connection of their own, and stores only when told to."""

    def __init__(self, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
        self.measured, self.may_store = threading.Event(), threading.Event()
        self.failures: list[BaseException] = []
        usual = review_queue._measure_spreads
        self.thread = threading.Thread(target=self._look, args=(task,))

        def measure(tasks: Collection[int]) -> Mapping[int, Any]:
            spreads = usual(tasks)
            if threading.current_thread() is self.thread and not self.measured.is_set():
                self.measured.set()
                assert self.may_store.wait(SECONDS)
            return spreads

        monkeypatch.setattr(review_queue, "_measure_spreads", measure)
        self.thread.start()
        assert self.measured.wait(SECONDS)

    def end(self) -> None:
        self.may_store.set()
        self.thread.join(SECONDS)
        assert not self.thread.is_alive()
        assert self.failures == []

    def _look(self, task: Task) -> None:
        try:
            measure_reviews(project=task.project, tasks=[task.pk])
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.failures.append(error)
        finally:
            connection.close()


def look(project: Project) -> None:
    refresh_reviews(project=Project.objects.get(pk=project.pk))


def read(task: Task) -> tuple[float, int, str]:
    review = Review.objects.get(task=task)
    return review.disagreement, review.raters, review.state


@pytest.mark.parametrize("is_known", [False, True], ids=["new in the queue", "there already"])
def test_the_later_look_is_what_is_kept(
    project: Project, task: Task, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    split(project, 1, 2)
    if is_known:
        look(project)
    slow = SlowLook(task, monkeypatch)
    split(project, 5)
    look(project)
    wanted = read(task)
    slow.end()
    assert read(task) == wanted
    assert wanted[1] == 3


@pytest.mark.parametrize("is_known", [False, True], ids=["new in the queue", "there already"])
def test_raters_who_agree_by_then_do_not_come_back_into_the_queue(
    project: Project, task: Task, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    _first, second = split(project, 1, 5)
    if is_known:
        look(project)
    slow = SlowLook(task, monkeypatch)
    revise(second, 1)
    look(project)
    slow.end()
    assert read(task) == (0.0, 2, ReviewState.AGREED)
