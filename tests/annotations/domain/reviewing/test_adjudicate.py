"""Settling disagreements: the queue, decisions, answers sent back, discussions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.reviewing.adjudicate import decide_task, open_discussion, send_back
from annotations.domain.reviewing.asked_again import keep_answer
from annotations.domain.reviewing.review_queue import SETTLED, refresh_reviews
from annotations.domain.submitting.annotate import record_annotation, revise_annotation
from annotations.domain.submitting.undo import retract_annotation, undo_annotation
from annotations.models import (
    Adjudication,
    Annotation,
    Assignment,
    Membership,
    Phase,
    Project,
    Query,
    Rater,
    Rating,
    Review,
    ReviewState,
    Task,
)
from annotations.queries.rating_table import build_rating_table
from annotations.queries.reviews import list_open_reviews
from evalplatform.accounts.models import AuditEvent, User
from evalplatform.common.errors import Conflict, Invalid
from tests.factories.ledger import (
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_single_rubric,
    make_single_task,
    make_user,
)
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def reviewer() -> User:
    return make_user("rev")


@pytest.fixture
def task(project: Project) -> Task:
    return make_single_task(project, make_single_rubric(project, ("clarity",)), overlap=3)


def claim(rater: Rater) -> Assignment:
    held = claim_assignment(rater=rater)
    assert held is not None
    return held


def submit(held: Assignment, value: int, key: str = "k") -> Annotation:
    content: Any = {"ratings": {"clarity": value}, "seconds": 1.0, "client_key": key}
    return record_annotation(assignment=held, **content).annotation


def answer(rater: Rater, value: int, key: str = "k") -> Annotation:
    return submit(claim(rater), value, key)


def revise(annotation: Annotation, value: int, key: str = "again") -> Annotation:
    content: Any = {"ratings": {"clarity": value}, "seconds": None, "client_key": key}
    return revise_annotation(annotation=annotation, **content).annotation


def split(project: Project, *values: int) -> list[Annotation]:
    """One answer each of so many people to the next task."""
    return [answer(make_person(project), value) for value in values]


def queue(project: Project) -> list[tuple[float, int]]:
    refresh_reviews(project=project)
    return [(review.disagreement, review.raters) for review in list_open_reviews(project)]


def test_tasks_enter_the_queue_by_disagreement(project: Project) -> None:
    rubric = make_single_rubric(project, ("clarity",))
    tasks = [make_single_task(project, rubric, overlap=2) for _ in range(3)]
    people = [make_person(project) for _ in range(2)]
    for number, values in enumerate([(1, 2), (3, 3), (1, 5)]):
        for person, value in zip(people, values, strict=True):
            answer(person, value, key=f"{number}")
    assert queue(project) == [(1.0, 2), (0.25, 2)]
    assert [review.task for review in list_open_reviews(project)] == [tasks[2], tasks[0]]


def test_only_people_count_in_the_queue(project: Project, task: Task) -> None:
    split(project, 2)
    rate(task, make_rater(project, "longest", "judge"), 5.0)  # type: ignore[arg-type]
    rate(task, make_rater(project, "sim", origin="simulated"), 5.0)  # type: ignore[arg-type]
    assert queue(project) == []


def test_a_queue_without_news_asks_the_same_however_many_answers_there_are(project: Project) -> None:
    rubric = make_single_rubric(project, ("clarity",))
    people = [make_person(project) for _ in range(2)]
    counts = []
    for size in (2, 10):
        for number in range(size):
            make_single_task(project, rubric, overlap=2)
            for person in people:
                answer(person, 3, key=f"{size}-{number}")
        later = timezone.now() + SETTLED
        refresh_reviews(project=project, now=later)
        with CaptureQueriesContext(connection) as asked:
            assert refresh_reviews(project=project, now=later) == 0
        counts.append(len(asked))
    assert counts == [1, 1]


@pytest.mark.parametrize("take_back", [retract_annotation, undo_annotation])
def test_an_answer_taken_back_leaves_the_queue(
    project: Project, task: Task, take_back: Callable[..., object]
) -> None:
    _first, second = split(project, 1, 5)
    assert queue(project) == [(1.0, 2)]
    later = timezone.now() + SETTLED
    refresh_reviews(project=project, now=later)
    take_back(annotation=second)
    assert refresh_reviews(project=project, now=later) == 0
    review = Review.objects.get(task=task)
    assert (review.disagreement, review.raters, review.state) == (0.0, 1, ReviewState.AGREED)


def test_an_answer_taken_back_leaves_a_decision_as_it_is(
    project: Project, task: Task, reviewer: User
) -> None:
    _first, second = split(project, 1, 5)
    assert queue(project) == [(1.0, 2)]
    decide_task(task=task, ratings={"clarity": 2}, note="", reviewer=reviewer)
    retract_annotation(annotation=second)
    review = Review.objects.get(task=task)
    assert (review.raters, review.state) == (1, ReviewState.DECIDED)


def test_a_decision_before_the_first_look_stands_with_the_spread_of_the_answers(
    project: Project, task: Task, reviewer: User
) -> None:
    split(project, 1, 5)
    decide_task(task=task, ratings={"clarity": 2}, note="", reviewer=reviewer)
    assert queue(project) == []
    review = Review.objects.get(task=task)
    assert (review.disagreement, review.raters, review.state) == (1.0, 2, ReviewState.DECIDED)


def test_a_decision_is_the_reference_raters_answer_and_changes_no_raters(
    project: Project, task: Task, reviewer: User
) -> None:
    split(project, 1, 5)
    before = list(Annotation.objects.order_by("pk").values())
    decision = decide_task(task=task, ratings={"clarity": 2}, note="Too short.", reviewer=reviewer)
    assert list(Annotation.objects.order_by("pk").values())[:2] == before
    assert (decision.reviewer, decision.note, decision.annotation.rater.name) == (
        reviewer, "Too short.", "adjudication",
    )  # fmt: skip
    assert decision.annotation.ratings.get().number == 2.0
    table = build_rating_table(project=project, criterion="clarity", raters=["reference:adjudication"])
    assert [float(str(table.categories[value])) for value in table.value.tolist()] == [2.0]
    assert Review.objects.get().state == ReviewState.DECIDED
    assert queue(project) == []
    assert AuditEvent.objects.filter(action="decide_task").count() == 1


def test_the_same_decision_again_is_one_and_another_takes_its_place(task: Task, reviewer: User) -> None:
    first = decide_task(task=task, ratings={"clarity": 2}, note="", reviewer=reviewer)
    assert decide_task(task=task, ratings={"clarity": 2}, note="", reviewer=reviewer) == first
    second = decide_task(task=task, ratings={"clarity": 3}, note="", reviewer=reviewer)
    assert second.annotation.supersedes == first.annotation
    current = Annotation.objects.filter(is_current=True)
    assert [row.ratings.get().number for row in current] == [3.0]
    assert Adjudication.objects.count() == 2


def test_an_illegal_decision_is_refused_and_nothing_is_kept(task: Task, reviewer: User) -> None:
    with pytest.raises(Invalid):
        decide_task(task=task, ratings={"clarity": 9}, note="", reviewer=reviewer)
    assert (Annotation.objects.count(), Review.objects.count()) == (0, 0)


def test_an_answer_sent_back_is_revised_by_its_rater(project: Project, task: Task, reviewer: User) -> None:
    low, _ = split(project, 1, 5)
    query = send_back(annotation=low, note="Read the end.", reviewer=reviewer)
    assert queue(project) == []  # it waits for the rater
    assert revise(low, 4).phase == Phase.REVISED
    query.refresh_from_db()
    assert query.answered_at is not None
    assert queue(project) == [(0.25, 2)]


def test_an_answer_can_be_kept_with_a_reason(project: Project, task: Task, reviewer: User) -> None:
    low, _ = split(project, 1, 5)
    query = send_back(annotation=low, note="Read the end.", reviewer=reviewer)
    with pytest.raises(Invalid):
        keep_answer(query=query, reply=" ")
    keep_answer(query=query, reply="The end is wrong.")
    assert Query.objects.get().reply == "The end is wrong."
    assert queue(project) == [(1.0, 2)]
    with pytest.raises(Conflict):
        keep_answer(query=query, reply="Again.")


def test_what_is_answered_after_a_discussion_counts_as_discussed(
    project: Project, task: Task, reviewer: User
) -> None:
    one, other = split(project, 1, 5)
    assert len(open_discussion(task=task, note="Is it clear?", reviewer=reviewer)) == 2
    assert revise(one, 4).phase == Phase.DISCUSSED
    assert Review.objects.get().state == ReviewState.ASKED
    assert revise(other, 4).phase == Phase.DISCUSSED
    assert Review.objects.get().state == ReviewState.AGREED
    table = build_rating_table(project=project, criterion="clarity")
    numbers = [float(str(table.categories[value])) for value in table.value.tolist()]
    assert sorted(numbers) == [1.0, 5.0]  # agreement is between what they said before they saw each other
    assert table.excluded == {"discussed": 2}


def test_a_later_revision_by_somebody_who_saw_the_others_is_discussed_too(
    project: Project, task: Task, reviewer: User
) -> None:
    one, _ = split(project, 1, 5)
    open_discussion(task=task, note="Is it clear?", reviewer=reviewer)
    assert revise(revise(one, 4), 5, key="third").phase == Phase.DISCUSSED


def test_nobody_undoes_into_independence_after_seeing_the_others(
    project: Project, task: Task, reviewer: User
) -> None:
    one, _ = split(project, 1, 5)
    open_discussion(task=task, note="Is it clear?", reviewer=reviewer)
    with pytest.raises(Conflict, match="A reviewer has asked you"):
        undo_annotation(annotation=one)
    retract_annotation(annotation=one)
    assert Query.objects.filter(rater=one.rater, answered_at=None).count() == 0


def leave(annotation: Annotation) -> None:
    Membership.objects.filter(user=annotation.rater.user).update(ended_at="2026-01-01T00:00Z")


def test_a_discussion_needs_two_who_still_work_here(project: Project, task: Task, reviewer: User) -> None:
    leave(split(project, 1, 5)[0])
    with pytest.raises(Conflict, match="needs two people"):
        open_discussion(task=task, note="Look.", reviewer=reviewer)


def test_nothing_is_sent_back_to_who_has_left(project: Project, task: Task, reviewer: User) -> None:
    gone, _ = split(project, 1, 5)
    leave(gone)
    with pytest.raises(Conflict, match="cannot be sent back"):
        send_back(annotation=gone, note="Look.", reviewer=reviewer)


def test_nobody_is_asked_twice_at_a_time_or_without_a_note(
    project: Project, task: Task, reviewer: User
) -> None:
    asked, _ = split(project, 1, 5)
    with pytest.raises(Invalid):
        send_back(annotation=asked, note=" ", reviewer=reviewer)
    send_back(annotation=asked, note="Look.", reviewer=reviewer)
    with pytest.raises(Conflict):
        send_back(annotation=asked, note="Look.", reviewer=reviewer)
    with pytest.raises(Conflict):
        open_discussion(task=task, note="Look.", reviewer=reviewer)
    assert Query.objects.count() == 1


def test_a_decision_ends_what_was_asked(project: Project, task: Task, reviewer: User) -> None:
    low, _ = split(project, 1, 5)
    send_back(annotation=low, note="Read the end.", reviewer=reviewer)
    decide_task(task=task, ratings={"clarity": 3}, note="", reviewer=reviewer)
    assert Query.objects.filter(answered_at=None).count() == 0
    revise(low, 4)
    assert Review.objects.get().state == ReviewState.DECIDED
    assert Rating.objects.filter(annotation__rater__name="adjudication").count() == 1


def test_a_decision_keeps_how_strong_the_preference_is(project: Project, reviewer: User) -> None:
    rubric = make_pair_rubric(project)
    rubric.criteria.update(options={"strength": True})
    task = make_pair_task(project, rubric)
    said = {"overall": {"value": "first", "strength": 2}}
    decision = decide_task(task=task, ratings=said, note="clear", reviewer=reviewer)
    assert decision.annotation.ratings.get().meta == {"strength": 2}
