"""An account is erased: nothing personal is left, its answers stay under a number, nobody gets in with it."""

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Assignment, AssignmentState, Membership, Project, Rater, Role
from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.models import ApiToken, AuditEvent, SignInLink, User
from evalplatform.accounts.tokens import create_api_token
from evalplatform.common.errors import Conflict
from evalplatform.home.leaving import leave_platform
from evalplatform.reports.models import Report
from tests.factories.callers import open_browser
from tests.factories.ledger import (
    make_member,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_user,
)

pytestmark = pytest.mark.database
PASSWORD = "correct horse battery"


@pytest.fixture
def project() -> Project:
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    for _ in range(3):
        make_pair_task(project, rubric)
    return project


@pytest.fixture
def rater(project: Project) -> Rater:
    """Somebody with an answer given, a task in hand, a token, a link and a failed sign-in."""
    rater = make_person(project, "grace")
    assert rater.user is not None
    rater.user.set_password(PASSWORD)
    rater.user.first_name, rater.user.email = "Grace", "grace@example.org"
    rater.user.save()
    held = claim_assignment(rater=rater)
    assert held is not None
    record_annotation(assignment=held, ratings={"overall": "tie"}, seconds=1.0, client_key="a")
    claim_assignment(rater=rater)
    create_api_token(user=rater.user, name="Grace's laptop")
    create_sign_in_link(user=rater.user)
    AccessAttempt.objects.create(
        username="grace", ip_address="192.0.2.1", failures_since_start=1, get_data="", post_data=""
    )
    return rater


def find_traces(word: str) -> list[str]:
    """Columns of accounts, memberships, raters and the trail that still hold the word."""
    found = []
    for model in (User, Rater, Membership, ApiToken, SignInLink, AuditEvent, AccessAttempt):
        for row in model._default_manager.values():
            found += [
                f"{model.__name__}.{name}" for name, value in row.items() if word in str(value).casefold()
            ]
    return found


def test_nothing_personal_is_left_and_answers_stay(project: Project, rater: Rater) -> None:
    user = rater.user
    assert user is not None
    assert find_traces("grace") != []
    pseudonym = rater.name
    leave_platform(user=user, actor=user)

    assert find_traces("grace") == []
    assert find_traces("192.0.2.1") == []
    assert not Rater.objects.filter(name=pseudonym).exists()
    kept = Rater.objects.get(pk=rater.pk)
    assert (kept.name, kept.user, kept.annotations.count()) == ("rater-1", None, 1)
    assert Annotation.objects.get().is_current
    erased = User.objects.get(pk=user.pk)
    assert (erased.username, erased.is_active) == (f"deleted-{user.public_id.hex[:12]}", False)
    assert erased.erased_at is not None
    assert AuditEvent.objects.filter(action="erase_account", target_id=str(user.public_id)).count() == 1


def test_what_they_held_goes_back_to_the_queue(project: Project, rater: Rater) -> None:
    assert rater.user is not None
    leave_platform(user=rater.user, actor=rater.user)
    assert not Assignment.objects.filter(state=AssignmentState.LIVE).exists()
    other = make_person(project)
    dealt = set()
    while held := claim_assignment(rater=other):
        dealt.add(held.task_id)
        record_annotation(assignment=held, ratings={"overall": "tie"}, seconds=1.0, client_key=str(held.pk))
    assert len(dealt) == 2


def test_sessions_and_tokens_end(project: Project, rater: Rater) -> None:
    assert rater.user is not None
    client = open_browser(rater.user)
    _, secret = create_api_token(user=rater.user, name="phone")
    bearer = Client(headers={"Authorization": f"Bearer {secret}"})
    assert (client.get("/").status_code, bearer.get("/api/v1/projects/").status_code) == (200, 200)
    leave_platform(user=rater.user, actor=rater.user)
    assert (client.get("/").status_code, bearer.get("/api/v1/projects/").status_code) == (302, 401)


def test_numbers_go_on_and_the_same_again_changes_nothing(project: Project, rater: Rater) -> None:
    second = make_person(project)
    for each in (rater, second, second):
        user = User.objects.get(pk=each.user_id or 0)
        leave_platform(user=user, actor=None)
    names = Rater.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["rater-1", "rater-2"]
    assert AuditEvent.objects.filter(action="erase_account").count() == 2


def test_a_project_keeps_a_researcher(project: Project) -> None:
    only = make_member(project, Role.RESEARCHER)
    with pytest.raises(Conflict):
        leave_platform(user=only.user, actor=only.user)
    assert User.objects.get(pk=only.user_id).erased_at is None
    make_member(project, Role.RESEARCHER)
    leave_platform(user=only.user, actor=only.user)
    assert Membership.objects.get(pk=only.pk).ended_at is not None


def test_frozen_reports_of_their_projects_are_marked(project: Project, rater: Rater) -> None:
    other = make_project("sea")
    for each in (project, other):
        Report.objects.create(project=each, inputs_hash="a", code_version="1", seed=0, results=[])
    assert rater.user is not None
    leave_platform(user=rater.user, actor=None)
    marked = Report.objects.filter(is_incomplete=True).values_list("project__slug", flat=True)
    assert list(marked) == ["sky"]


def test_the_page_asks_for_name_and_password(project: Project, rater: Rater) -> None:
    assert rater.user is not None
    client = open_browser(rater.user)
    assert client.get("/account/erase/").status_code == 200
    for sent in (
        {},
        {"name": "grace"},
        {"name": "grace", "password": "x"},
        {"name": "x", "password": PASSWORD},
    ):
        assert client.post("/account/erase/", sent).status_code == 400
    assert User.objects.get(pk=rater.user.pk).erased_at is None
    answer = client.post("/account/erase/", {"name": "grace", "password": PASSWORD}, follow=True)
    assert "Your account is erased." in answer.content.decode()
    assert client.get("/").status_code == 302
    assert User.objects.get(pk=rater.user.pk).erased_at is not None


def test_who_has_no_password_types_the_name(project: Project) -> None:
    user = make_user("linus")
    user.set_unusable_password()
    user.save()
    client = open_browser(user)
    assert client.post("/account/erase/", {"name": "linus"})["Location"] == "/sign-in/"


def test_the_last_researcher_is_told_why_not(project: Project) -> None:
    only = make_member(project, Role.RESEARCHER).user
    only.set_password(PASSWORD)
    only.save()
    answer = open_browser(only).post("/account/erase/", {"name": only.username, "password": PASSWORD})
    assert (answer.status_code, "keeps one researcher" in answer.content.decode()) == (400, True)


def test_staff_erase_for_members_and_researchers_do_not(project: Project, rater: Rater) -> None:
    membership = Membership.objects.get(user=rater.user)
    address = f"/p/sky/people/{membership.public_id}/erase/"
    researcher = make_member(project, Role.RESEARCHER).user
    assert open_browser(researcher).post(address, {"name": "grace"}).status_code == 403
    assert "Erase the account" not in open_browser(researcher).get("/p/sky/people/").content.decode()
    staff = make_user("ada", is_staff=True, password=PASSWORD)
    make_member(project, Role.RESEARCHER, user=staff)
    client = open_browser(staff)
    assert address in client.get("/p/sky/people/").content.decode()
    answer = client.post(address, {"name": "grace", "password": PASSWORD})
    assert answer["Location"] == "/p/sky/people/"
    assert find_traces("grace") == []
    assert AuditEvent.objects.get(action="erase_account").actor == staff


def test_the_command_wants_a_yes(project: Project, rater: Rater) -> None:
    with pytest.raises(CommandError, match="--yes"):
        call_command("erase_user", "grace")
    call_command("erase_user", "grace", "--yes")
    assert find_traces("grace") == []
    with pytest.raises(CommandError, match="no account"):
        call_command("erase_user", "grace", "--yes")
    assert User.objects.get().erased_at <= timezone.now()  # type: ignore[operator]  # erased above
