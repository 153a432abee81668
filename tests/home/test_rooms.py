import pytest
from django.test import Client
from django.urls import reverse

from annotations.domain.projects.members import add_member
from annotations.models import Project, Role
from evalplatform.accounts.models import User
from evalplatform.home.rooms import ROOMS, list_open_rooms
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project

pytestmark = pytest.mark.database

DOORS = [door for room in ROOMS for door in room.doors]


def enter(client: Client, role: Role) -> Project:
    project = make_project()
    user = User.objects.create_user("ada")
    add_member(project=project, user=user, role=role)
    client.force_login(user)
    return project


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_a_door_may_enter_and_nobody_else(client: Client, role: Role) -> None:
    project = enter(client, role)

    entered = {
        door.page
        for door in DOORS
        if door.page != "project" and client.get(reverse(door.page, args=[project.slug])).status_code == 200
    }

    rooms = list_open_rooms(project=project, role=role, path="")
    assert entered == {door.page for room in rooms for door in room.doors} - {"project"}


@pytest.mark.parametrize(
    ("page", "room", "door"),
    [
        ("project", "overview", "project"),
        ("prices", "judges", "prices"),
        ("judge-new", "judges", "judges"),
        ("prompt-new", "judges", "prompts"),
        ("people", "people", "people"),
        ("rater-cards", "people", "rater-cards"),
    ],
)
def test_a_page_belongs_to_the_door_with_the_longest_address(page: str, room: str, door: str) -> None:
    project = make_project()

    rooms = list_open_rooms(project=project, role=Role.RESEARCHER, path=reverse(page, args=[project.slug]))

    assert [each.key for each in rooms if each.current] == [room]
    assert [each.page for one in rooms for each in one.doors if each.current] == [door]


def test_a_page_marks_where_one_is(client: Client) -> None:
    project = enter(client, Role.RESEARCHER)

    page = client.get(reverse("waves", args=[project.slug])).content.decode()

    assert f'<a href="{reverse("people", args=[project.slug])}" aria-current="true">People</a>' in page
    assert f'<a href="{reverse("waves", args=[project.slug])}" aria-current="page">Waves</a>' in page


def test_a_rater_who_rates_is_shown_no_way_out_but_the_head(client: Client) -> None:
    project = enter(client, Role.RATER)
    make_pair_task(project, make_pair_rubric(project))

    rating = client.get(reverse("rate", args=[project.slug])).content.decode()
    pay = client.get(reverse("pace", args=[project.slug])).content.decode()

    assert 'class="rooms"' not in rating
    assert 'class="rooms"' in pay
    assert reverse("judges", args=[project.slug]) not in pay
