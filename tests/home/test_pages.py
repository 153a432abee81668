import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from annotations.domain.projects.invitations import create_invitation
from annotations.domain.projects.members import add_member
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Membership, Origin, Rater, RaterKind, Role
from evalplatform.accounts.models import AuditEvent, User
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database

MASKED_TOKEN = re.compile(r'(?<=csrfmiddlewaretoken" value=")[^"]+')  # differs from answer to answer


@pytest.fixture
def ada(client: Client) -> User:
    user = User.objects.create_user("ada")
    client.force_login(user)
    return user


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    answer = client.get(reverse("home"))

    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/?next=/")


def test_a_newcomer_is_told_what_to_do_first(client: Client, ada: User) -> None:
    page = client.get(reverse("home")).content.decode()

    assert "You are in no project yet" in page
    assert "manage.py add_user ada" in page


def test_home_shows_my_projects_and_no_others(client: Client, ada: User) -> None:
    mine, other = make_project(), make_project()
    add_member(project=mine, user=ada, role=Role.RATER)

    page = client.get(reverse("home")).content.decode()

    assert reverse("rate", args=[mine.slug]) in page
    assert other.slug not in page


def test_a_rater_sees_no_counts_of_others(client: Client, ada: User) -> None:
    project = make_project()
    add_member(project=project, user=ada, role=Role.RATER)

    page = client.get(reverse("project", args=[project.slug])).content.decode()

    assert "How far it is" not in page
    assert reverse("report", args=[project.slug]) not in page


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ([3.0, 40.0, 41.0, 42.0, 900.0], "Half of the tasks take raters 45 seconds or less."),
        ([200.0] * 5, "Half of the tasks take raters 4 minutes or less."),
        ([200.0] * 4, ""),  # too few to tell
    ],
)
def test_a_rater_reads_what_awaits_them_before_they_start(
    client: Client, ada: User, seconds: list[float], told: str
) -> None:
    project = make_project(pay="0.25", content_warning="Insults. Help: https://example.org/help")
    rubric, grace = make_pair_rubric(project), make_person(project)
    for each in seconds:
        make_pair_task(project, rubric)
        held = claim_assignment(rater=grace)
        assert held is not None
        record_annotation(
            assignment=held, ratings={"overall": "tie"}, seconds=each, client_key=str(held.public_id)
        )
    for answer, each in zip(Annotation.objects.order_by("pk"), seconds, strict=True):
        Annotation.objects.filter(pk=answer.pk).update(seconds=each)
    _, link = create_invitation(project=project, role=Role.RATER, actor=ada, lifetime=timedelta(days=1))
    add_member(project=project, user=ada, role=Role.RATER)
    for address in (reverse("project", args=[project.slug]), reverse("join", args=[link])):
        page = client.get(address).content.decode()
        assert "Pay: 0.2500 USD a task." in page
        assert '<a href="https://example.org/help"' in page
        assert ("Half of the tasks" in page, told in page) == (bool(told), True)


def test_a_researcher_sees_how_far_it_is(client: Client, ada: User) -> None:
    project = make_project()
    add_member(project=project, user=ada, role=Role.RESEARCHER)

    page = client.get(reverse("project", args=[project.slug])).content.decode()

    assert "How far it is" in page
    assert reverse("report", args=[project.slug]) in page


def test_a_foreign_project_is_as_missing_as_none(client: Client, ada: User) -> None:
    foreign = make_project()

    answers = [client.get(reverse("project", args=[slug])) for slug in (foreign.slug, "no-such-project")]

    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = (MASKED_TOKEN.sub("", answer.content.decode()) for answer in answers)
    assert first.replace(foreign.slug, "no-such-project") == second


def test_joining_leaves_a_trail(ada: User) -> None:
    project = make_project()

    add_member(project=project, user=ada, role=Role.RATER)
    add_member(project=project, user=ada, role=Role.REVIEWER)

    assert Membership.objects.get(project=project, user=ada).role == Role.REVIEWER
    trail = AuditEvent.objects.filter(project=project.public_id).order_by("id")
    assert [event.details["role"] for event in trail] == ["rater", "reviewer"]


def test_imported_answers_stand_apart_from_live_ones(client: Client, ada: User) -> None:
    project = make_project()
    add_member(project=project, user=ada, role=Role.RESEARCHER)
    rubric = make_pair_rubric(project)
    imported = Rater.objects.create(project=project, kind=RaterKind.PERSON, origin=Origin.IMPORTED, name="i")
    for rater in (imported, imported, make_person(project)):
        Annotation.objects.create(
            project=project, task=make_pair_task(project, rubric), rater=rater, presentation="unknown"
        )

    page = client.get(reverse("project", args=[project.slug])).content.decode()

    assert "<dt>Answers by people here</dt><dd>1</dd>" in page
    assert "<dt>Imported answers by people</dt><dd>2</dd>" in page
    assert "Places filled: 0 of 3" in page


def test_a_project_without_tasks_is_not_said_to_be_done(client: Client, ada: User) -> None:
    project = make_project()
    add_member(project=project, user=ada, role=Role.RESEARCHER)
    address = reverse("project", args=[project.slug])
    assert "Filled by" not in client.get(address).content.decode()

    make_pair_task(project, make_pair_rubric(project))
    assert "Filled by" in client.get(address).content.decode()
