"""How much a person is dealt in a day."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation, revise_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Annotation, Project, Rater
from evalplatform.common.errors import Exhausted
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def project() -> Project:
    project = make_project("sky", daily_cap=2)
    rubric = make_pair_rubric(project)
    for _ in range(6):
        make_pair_task(project, rubric)
    return project


@pytest.fixture
def rater(project: Project) -> Rater:
    return make_person(project)


def answer(rater: Rater, *, hour: int = 0) -> Annotation:
    """An answer given so many hours after today's noon."""
    held = claim_assignment(rater=rater, now=NOON)
    assert held is not None
    key = str(held.token)
    given = record_annotation(assignment=held, ratings={"overall": "tie"}, seconds=1.0, client_key=key)
    Annotation.objects.filter(pk=given.annotation.pk).update(created_at=NOON + timedelta(hours=hour))
    return given.annotation


def test_beyond_the_cap_nothing_is_dealt_until_midnight(rater: Rater) -> None:
    answer(rater, hour=-13)  # yesterday
    old = answer(rater, hour=-12)
    revise_annotation(annotation=old, ratings={"overall": "first"}, seconds=1.0, client_key="again")
    answer(rater)
    with pytest.raises(Exhausted, match="enough for today") as refused:
        claim_assignment(rater=rater, now=NOON)
    assert refused.value.retry_after == 12 * 3600
    assert claim_assignment(rater=rater, now=NOON + timedelta(hours=12)) is not None
    assert claim_assignment(rater=make_person(rater.project), now=NOON) is not None


def test_one_person_answers_no_more_than_the_project_takes_from_one(project: Project, rater: Rater) -> None:
    Project.objects.update(daily_cap=None, rater_cap=2)
    rater = Rater.objects.select_related("project").get(pk=rater.pk)
    answer(rater)
    held = claim_assignment(rater=rater, now=NOON)
    assert held is not None
    last = record_annotation(
        assignment=held, ratings={"overall": "tie"}, seconds=1.0, client_key="last"
    ).annotation
    assert claim_assignment(rater=rater, now=NOON) is None
    assert claim_assignment(rater=make_person(rater.project), now=NOON) is not None
    reopened = undo_annotation(annotation=last, now=NOON)
    assert claim_assignment(rater=rater, now=NOON) == reopened


def test_what_was_taken_back_is_answered_again(rater: Rater) -> None:
    answer(rater)
    last = answer(rater)
    reopened = undo_annotation(annotation=last, now=NOON)
    assert claim_assignment(rater=rater, now=NOON) == reopened


def test_a_task_in_hand_may_be_answered_though_the_cap_was_lowered(project: Project, rater: Rater) -> None:
    answer(rater)
    held = claim_assignment(rater=rater, now=NOON)
    project.daily_cap = 1
    project.save()
    rater = Rater.objects.select_related("project").get(pk=rater.pk)
    assert claim_assignment(rater=rater, now=NOON) == held


def test_the_page_says_that_it_is_enough(project: Project, rater: Rater) -> None:
    for _ in range(2):
        held = claim_assignment(rater=rater)
        assert held is not None
        record_annotation(
            assignment=held, ratings={"overall": "tie"}, seconds=1.0, client_key=str(held.token)
        )
    client = Client()
    assert rater.user is not None
    client.force_login(rater.user)
    page = client.get("/p/sky/rate/").content.decode()
    assert ['data-state="enough"' in page, "no more than 2 tasks in a day" in page] == [True, True]
