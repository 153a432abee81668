"""A rater reads what changed in the guidelines before the first task under the new ones, and only then."""

import re

import pytest
from django.test import Client

from annotations.domain.asking.rubrics import create_rubric
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Criterion, Level, Project, Rater, Rubric, Task, TaskKind, TaskState
from tests.factories.ledger import make_pair_task, make_person, make_project, scale

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def rater(project: Project) -> Rater:
    return make_person(project)


def state(project: Project, instructions: str, question: str = "Which one?") -> Rubric:
    """The next version of the guidelines, with a task under it and a second one."""
    criterion = Criterion(
        key="overall",
        name="overall",
        level=Level.PREFERENCE,
        values=scale("first", "second", "tie"),
        question={"en": question},
    )
    rubric = create_rubric(
        project=project,
        key="pair",
        task_kind=TaskKind.PAIR,
        criteria=[criterion],
        instructions={"en": instructions},
        is_next=True,
    )
    for _ in range(2):
        make_pair_task(project, rubric, overlap=3)
    return rubric


def open_page(rater: Rater) -> str:
    client = Client()
    assert rater.user is not None
    client.force_login(rater.user)
    return client.get("/p/sky/rate/").content.decode()


def read_changes(rater: Rater) -> list[tuple[str, str]]:
    page = open_page(rater)
    found = re.findall(r"<(ins|del)><span[^>]*>[^<]*</span>(.*?)<span", page, re.DOTALL)
    assert ("data-first" in page) == bool(found)
    return found


def answer(rater: Rater) -> None:
    held = claim_assignment(rater=rater)
    assert held is not None
    record_annotation(
        assignment=held, ratings={"overall": "tie"}, seconds=1.0, client_key=str(held.public_id)
    )


def test_a_change_is_shown_until_the_first_answer_under_it(project: Project, rater: Rater) -> None:
    state(project, "Prefer the true answer.")
    assert read_changes(rater) == []
    answer(rater)
    answer(rater)
    state(project, "Prefer the <b>clear</b> answer.", question="Which is better?")
    expected = [
        ("del", " true"),
        ("ins", " &lt;b&gt;clear&lt;/b&gt;"),
        ("del", " one?"),
        ("ins", " is better?"),
    ]
    assert read_changes(rater) == expected
    assert read_changes(rater) == expected
    answer(rater)
    assert read_changes(rater) == []


def test_the_version_that_each_worked_by_is_what_counts(project: Project, rater: Rater) -> None:
    state(project, "Prefer the true answer.")
    answer(rater)
    answer(rater)
    state(project, "Prefer the clear answer.")
    answer(rater)
    answer(rater)
    state(project, "Prefer the short answer.")
    newcomer = make_person(project)
    for _ in range(4):
        answer(newcomer)
    assert read_changes(rater) == [("del", " clear"), ("ins", " short")]
    assert read_changes(newcomer) == [("del", " clear"), ("ins", " short")]
    assert read_changes(make_person(project)) == []


def test_older_guidelines_are_no_news(project: Project, rater: Rater) -> None:
    old = state(project, "Prefer the true answer.")
    Task.objects.filter(rubric=old).update(state=TaskState.UNDEALABLE)
    state(project, "Prefer the clear answer.")
    answer(rater)
    answer(rater)
    Task.objects.filter(rubric=old).update(state=TaskState.OPEN)
    page = open_page(rater)
    assert ["Prefer the true answer." in page, "data-first" in page] == [True, False]
    assert read_changes(rater) == []


@pytest.mark.parametrize(("answered", "status"), [(0, 200), (1, 204)])
def test_changed_guidelines_are_not_read_ahead_of_the_task_before(
    project: Project, rater: Rater, answered: int, status: int
) -> None:
    state(project, "Prefer the true answer.")
    state(project, "Prefer the brief answer.")
    for _ in range(answered):
        answer(rater)
    held = claim_assignment(rater=rater)
    assert held is not None
    client = Client(headers={"HX-Request": "true"})
    assert rater.user is not None
    client.force_login(rater.user)
    fetched = client.post(f"/p/sky/rate/{held.public_id}/ahead/")
    assert (fetched.status_code, b"Prefer the true" in fetched.content) == (status, status == 200)
    for _ in range(2 - answered):
        answer(rater)
    assert read_changes(rater) == [("del", " true"), ("ins", " brief")]
