"""Two look at the reviewers' queue at once: it tells how far people are apart on what stands, not on what stood."""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any  # a spread is the queue's own

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from annotations.domain.asking.rubrics import mark_rubrics_used
from annotations.domain.reviewing import review_queue
from annotations.domain.reviewing.review_queue import SETTLED, refresh_reviews
from annotations.domain.submitting.undo import retract_annotation
from annotations.models import Project, Review, ReviewState, Rubric, Task
from tests.annotations.domain.reviewing.test_adjudicate import claim, revise, split, submit
from tests.factories.ledger import make_person, make_project, make_single_rubric, make_single_task

pytestmark = [pytest.mark.database(transaction=True)]
SECONDS = 20
MOMENT = 1.0  # seconds
Halt = Callable[[Callable[[], None], pytest.MonkeyPatch], None]


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def task(project: Project) -> Task:
    return make_single_task(project, make_single_rubric(project, ("clarity",)), overlap=3)


class SlowLook:
    """Somebody who looks at the queue on a connection of their own, and halts there: until told, or a moment."""

    def __init__(self, project: Project, halt: Halt, monkeypatch: pytest.MonkeyPatch) -> None:
        self.halted, self.may_go_on = threading.Event(), threading.Event()
        self.failures: list[BaseException] = []
        self.thread = threading.Thread(target=self._look, args=(project, halt, monkeypatch))
        self.thread.start()
        assert self.halted.wait(SECONDS)

    def end(self) -> None:
        self.may_go_on.set()
        self.thread.join(SECONDS)
        assert not self.thread.is_alive()
        assert self.failures == []

    def wait(self) -> None:
        if threading.current_thread() is self.thread and not self.halted.is_set():
            self.halted.set()
            self.may_go_on.wait(MOMENT)  # on SQLite nobody else writes meanwhile, and may only come after

    def _look(self, project: Project, halt: Halt, monkeypatch: pytest.MonkeyPatch) -> None:
        try:
            halt(self.wait, monkeypatch)
            look(project)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.failures.append(error)
        finally:
            connection.close()


def halt_before_storing(wait: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the answers read."""
    usual = review_queue._measure_spreads

    def measure(tasks: Collection[int]) -> Mapping[int, Any]:
        spreads = usual(tasks)
        wait()
        return spreads

    monkeypatch.setattr(review_queue, "_measure_spreads", measure)


def halt_before_the_end(wait: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """With all stored, before anybody else can see it."""
    own = connections["default"]
    usual = own.commit

    def commit() -> None:
        wait()
        usual()

    monkeypatch.setattr(own, "commit", commit)


HALTS = pytest.mark.parametrize("halt", [halt_before_storing, halt_before_the_end])
KNOWN = pytest.mark.parametrize("is_known", [False, True], ids=["new in the queue", "there already"])


def look(project: Project) -> None:
    refresh_reviews(project=Project.objects.get(pk=project.pk))


def read(task: Task) -> tuple[float, int, str]:
    review = Review.objects.get(task=task)
    return review.disagreement, review.raters, review.state


@KNOWN
@HALTS
def test_the_later_look_is_what_is_kept(
    project: Project, task: Task, monkeypatch: pytest.MonkeyPatch, is_known: bool, halt: Halt
) -> None:
    split(project, 1, 2)
    if is_known:
        look(project)
    slow = SlowLook(project, halt, monkeypatch)
    split(project, 5)
    look(project)
    slow.end()
    spread, raters, state = read(task)
    assert (round(spread, 9), raters, state) == (round(2 / 3, 9), 3, ReviewState.OPEN)


@KNOWN
@HALTS
def test_raters_who_agree_by_then_do_not_come_back_into_the_queue(
    project: Project, task: Task, monkeypatch: pytest.MonkeyPatch, is_known: bool, halt: Halt
) -> None:
    _first, second = split(project, 1, 5)
    if is_known:
        look(project)
    slow = SlowLook(project, halt, monkeypatch)
    revise(second, 1)
    look(project)
    slow.end()
    assert read(task) == (0.0, 2, ReviewState.AGREED)


@KNOWN
@HALTS
def test_an_answer_that_is_taken_back_meanwhile_does_not_stay(
    project: Project, task: Task, monkeypatch: pytest.MonkeyPatch, is_known: bool, halt: Halt
) -> None:
    _first, second = split(project, 1, 5)
    if is_known:
        look(project)
    slow = SlowLook(project, halt, monkeypatch)
    retract_annotation(annotation=second)
    slow.end()
    assert read(task) == (0.0, 1, ReviewState.AGREED)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: ids come in order")
def test_an_answer_stored_after_a_later_one_is_taken_up(project: Project, task: Task) -> None:
    mark_rubrics_used(rubrics=Rubric.objects.all(), now=timezone.now())  # the first answer holds it
    first, second = (claim(make_person(project)) for _ in range(2))
    answered, may_end = threading.Event(), threading.Event()

    def answer_slowly() -> None:
        try:
            with transaction.atomic():
                submit(first, 1)
                answered.set()
                may_end.wait(SECONDS)
        finally:
            connection.close()

    slow = threading.Thread(target=answer_slowly)
    slow.start()
    try:
        assert answered.wait(SECONDS)
        submit(second, 5)
        look(project)
        assert not Review.objects.exists()
    finally:
        may_end.set()
        slow.join(SECONDS)
    look(project)
    assert read(task) == (1.0, 2, ReviewState.OPEN)


def test_answers_older_than_any_transaction_are_not_looked_at_again(project: Project, task: Task) -> None:
    split(project, 1, 5)
    later = timezone.now() + SETTLED
    assert [refresh_reviews(project=project, now=now) for now in (None, None, later, later)] == [1, 1, 1, 0]
