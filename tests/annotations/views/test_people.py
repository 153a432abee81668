"""Invitations, roles, removal and password links, as a researcher and an invited person meet them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from annotations.domain.projects.invitations import accept_invitation, create_invitation, hash_consent
from annotations.models import Invitation, Membership, Project, Role
from evalplatform.accounts.models import AuditEvent, SignInLink, User
from evalplatform.common import throttle
from evalplatform.common.errors import Missing
from tests.factories.callers import open_browser
from tests.factories.ledger import make_member, make_project, make_user

pytestmark = pytest.mark.database
PEOPLE = "/p/sky/people/"
GOOD = "correct horse battery"


@pytest.fixture
def project() -> Project:
    return make_project("sky", title="apex against zenith", manifest={"rater_title": "Heavens"})


@pytest.fixture
def owner(project: Project) -> Membership:
    return make_member(project, Role.RESEARCHER)


@pytest.fixture
def client(owner: Membership) -> Client:
    return open_browser(owner.user)


def read_link(page: str) -> str:
    """The path of the link that the page shows once."""
    found = re.search(r'value="http://testserver(/[^"]+)"', page)
    assert found is not None
    return found[1]


def invite(client: Client, **sent: str) -> str:
    answer = client.post(PEOPLE, {"role": "rater", "days": "7", **sent})
    assert answer.status_code == 200
    return read_link(answer.content.decode())


def chosen(**more: str) -> dict[str, str]:
    return {"username": "grace", "password": GOOD, "again": GOOD, **more}


def test_an_invited_person_chooses_name_and_password_and_is_in(client: Client, project: Project) -> None:
    link = invite(client, note="Grace")
    assert "Grace" in client.get(PEOPLE).content.decode()
    newcomer = Client()
    page = newcomer.get(link).content.decode()
    assert ["Heavens" in page, "apex" in page, "rater" in page] == [True, False, True]
    answer = newcomer.post(link, chosen())
    assert answer["Location"] == "/p/sky/"
    user = User.objects.get(username="grace")
    assert (user.check_password(GOOD), user.memberships.get().role) == (True, Role.RATER)
    assert newcomer.get("/p/sky/").status_code == 200
    assert Client().post(link, chosen(username="eve")).status_code == 404
    assert not User.objects.filter(username="eve").exists()
    invitation = Invitation.objects.get()
    assert (invitation.used_by, link.split("/")[2] in str(Invitation.objects.values_list().get())) == (
        user,
        False,
    )
    events = set(AuditEvent.objects.filter(project=project.public_id).values_list("action", flat=True))
    assert events == {"create_invitation", "accept_invitation", "add_member"}


def test_whoever_has_an_account_joins_by_a_button(client: Client, project: Project) -> None:
    link = invite(client, role="reviewer")
    guest, user = Client(), make_user("ida")
    guest.force_login(user)
    page = guest.get(link).content.decode()
    assert ["Join as ida" in page, "apex against zenith" in page, 'name="password"' in page] == [
        True,
        True,
        False,
    ]
    assert guest.post(link)["Location"] == "/p/sky/"
    assert user.memberships.get().role == Role.REVIEWER


def test_a_member_does_not_use_an_invitation_up(client: Client, owner: Membership) -> None:
    link = invite(client)
    answer = client.post(link)
    assert answer.status_code == 400
    assert "You are in this project already" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.role == Role.RESEARCHER
    assert Client().get(link).status_code == 200


def test_a_consent_is_kept_by_its_version(client: Client, project: Project) -> None:
    Project.objects.update(consent="Your answers are published.", content_warning="Rude words.")
    link = invite(client)
    page = Client().get(link).content.decode()
    assert ["Your answers are published." in page, "Rude words." in page] == [True, True]
    refused = Client().post(link, chosen())
    assert (refused.status_code, "Joining needs your agreement." in refused.content.decode()) == (400, True)
    Client().post(link, chosen(consent="on"))
    membership = Membership.objects.get(user__username="grace")
    project.refresh_from_db()
    assert membership.consent_hash == hash_consent(project) != ""
    assert membership.consented_at is not None


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"username": ""}, "username", "This field is required."),
        ({"username": "two words"}, "username", "Enter a valid username."),
        ({"username": "TAKEN"}, "username", "This name cannot be had."),
        ({"password": "short", "again": "short"}, "password", "too short"),
        ({"password": "graceful grace", "username": "graceful-grace"}, "password", "too similar"),
        ({"again": "another one here"}, "again", "The two passwords differ."),
    ],
)
def test_a_fault_stands_beside_its_field(
    client: Client, change: dict[str, str], field: str, words: str
) -> None:
    make_user("taken")
    link = invite(client)
    answer = Client().post(link, chosen(**change))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert words in page.partition(f'name="{field}"')[2].partition('<div class="field')[0]
    assert GOOD not in page
    assert Invitation.objects.get().used_at is None


def test_an_invitation_ends_by_time_by_hand_and_with_its_project(client: Client, project: Project) -> None:
    link = invite(client)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert Client().get(link).status_code == 404
    Project.objects.update(archived_at=timezone.now())
    assert Client().get(link).status_code == 404
    Project.objects.update(archived_at=None)
    assert Client().get(link).status_code == 200
    address = f"{PEOPLE}invitations/{Invitation.objects.get().public_id}/revoke/"
    assert client.post(address)["Location"] == PEOPLE
    assert Client().get(link).status_code == 404


def test_of_two_who_accept_at_once_one_gets_in(project: Project, owner: Membership) -> None:
    invitation, _secret = create_invitation(
        project=project, role=Role.RATER, actor=owner.user, lifetime=timedelta(days=1)
    )
    accept_invitation(invitation=invitation, user=make_user())
    with pytest.raises(Missing):
        accept_invitation(invitation=invitation, user=make_user())
    assert Membership.objects.filter(role=Role.RATER).count() == 1


@pytest.mark.usefixtures("valkey")
def test_guessing_links_is_slowed() -> None:
    for _ in range(throttle.FAILURES):
        assert Client().get("/join/made-up/").status_code == 404
    assert Client().get("/join/made-up/").status_code == 429
    assert Client().get("/password/made-up/").status_code == 429


@pytest.mark.usefixtures("valkey")
def test_trying_names_out_is_slowed(client: Client) -> None:
    make_user("taken")
    link = invite(client)
    for _ in range(throttle.FAILURES):
        assert Client().post(link, chosen(username="taken")).status_code == 400
    assert Client().post(link, chosen(username="taken")).status_code == 429


def test_another_role_ends_the_sessions(client: Client, project: Project) -> None:
    member = make_member(project)
    theirs = Client()
    theirs.force_login(member.user)
    assert theirs.get("/p/sky/").status_code == 200
    client.post(f"{PEOPLE}{member.public_id}/role/", {"role": "reviewer"})
    member.refresh_from_db()
    assert member.role == Role.REVIEWER
    assert theirs.get("/p/sky/")["Location"] == "/sign-in/?next=/p/sky/"
    client.post(f"{PEOPLE}{member.public_id}/role/", {"role": "king"})
    member.refresh_from_db()
    assert member.role == Role.REVIEWER


def test_whoever_is_removed_is_out_at_once(client: Client, project: Project) -> None:
    member = make_member(project)
    theirs = Client()
    theirs.force_login(member.user)
    client.post(f"{PEOPLE}{member.public_id}/remove/")
    assert theirs.get("/")["Location"] == "/sign-in/?next=/"
    theirs.force_login(User.objects.get(pk=member.user.pk))
    assert theirs.get("/p/sky/").status_code == 404
    assert client.post(f"{PEOPLE}{member.public_id}/remove/").status_code == 404


@pytest.mark.parametrize("act", ["role", "remove"])
def test_a_project_keeps_one_researcher(
    client: Client, project: Project, owner: Membership, act: str
) -> None:
    page = client.post(f"{PEOPLE}{owner.public_id}/{act}/", {"role": "rater"}, follow=True).content.decode()
    assert "A project keeps one researcher at least" in page
    make_member(project, Role.RESEARCHER)
    client.post(f"{PEOPLE}{owner.public_id}/{act}/", {"role": "rater"})
    assert not Membership.objects.filter(pk=owner.pk, role=Role.RESEARCHER, ended_at=None).exists()


def test_a_forgotten_password_is_chosen_anew_by_a_link(client: Client, project: Project) -> None:
    member = make_member(project)
    theirs = Client()
    theirs.force_login(member.user)
    address = f"{PEOPLE}{member.public_id}/password/"
    first, link = (read_link(client.post(address).content.decode()) for _ in range(2))
    assert (Client().get(first).status_code, Client().get(link).status_code) == (404, 200)
    assert link.split("/")[2] not in str(list(SignInLink.objects.values_list()))
    weak = Client().post(link, {"new_password1": "short", "new_password2": "short"})
    assert (weak.status_code, "too short" in weak.content.decode()) == (400, True)
    fresh = Client()
    assert fresh.post(link, {"new_password1": GOOD, "new_password2": GOOD})["Location"] == "/"
    assert fresh.get("/").status_code == 200
    assert theirs.get("/").status_code == 302  # the session of before is over
    assert Client().get(link).status_code == 404
    assert User.objects.get(pk=member.user.pk).check_password(GOOD)
    assert Client().get(link.replace("/password/", "/sign-in/")).status_code == 404


def test_a_sign_in_link_sets_no_password_and_the_other_way_round(client: Client, project: Project) -> None:
    link = read_link(client.post(f"{PEOPLE}{make_member(project).public_id}/password/").content.decode())
    assert Client().get(link.replace("/password/", "/sign-in/")).status_code == 404
    assert Client().get(link).status_code == 200


def test_no_link_opens_projects_of_others(client: Client, project: Project) -> None:
    member = make_member(project)
    foreign = make_member(make_project(), Role.RESEARCHER, user=member.user)
    staff = make_member(project, user=make_user(is_staff=True))
    for person in (member, staff):
        page = client.post(f"{PEOPLE}{person.public_id}/password/", follow=True).content.decode()
        assert "only staff can issue a link" in page
    assert SignInLink.objects.count() == 0
    foreign.ended_at = timezone.now()
    foreign.save()
    assert "A new password for" in client.post(f"{PEOPLE}{member.public_id}/password/").content.decode()


def test_ones_own_password(project: Project) -> None:
    user = make_user("ida", password=GOOD)
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.force_login(user)
    new = "another good password"
    wrong = here.post("/password/", {"old_password": "x", "new_password1": new, "new_password2": new})
    assert wrong.status_code == 400
    right = here.post("/password/", {"old_password": GOOD, "new_password1": new, "new_password2": new})
    assert right["Location"] == "/"
    assert (here.get("/").status_code, elsewhere.get("/").status_code) == (200, 302)
    assert User.objects.get().check_password(new)
