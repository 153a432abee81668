"""Rows are reached through access alone: what one may not see is as missing as what is not there."""

import uuid

import pytest
from django.utils import timezone

from annotations.access import (
    READERS,
    find_person_for,
    get_assignment_for,
    get_project_for,
    list_assignments_for,
    list_projects_for,
)
from annotations.domain.projects.members import add_member, ensure_person
from annotations.models import Assignment, Project, Rater, RaterKind, Role
from evalplatform.accounts.models import User
from evalplatform.common.errors import Denied, Missing
from tests.factories.ledger import make_project

pytestmark = pytest.mark.database


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def project() -> Project:
    return make_project()


def test_members_get_their_project(ada: User, project: Project) -> None:
    add_member(project=project, user=ada, role=Role.RATER)

    assert get_project_for(ada, project.slug) == project
    assert list(list_projects_for(ada)) == [project]


def test_outsiders_and_former_members_find_nothing(ada: User, project: Project) -> None:
    with pytest.raises(Missing):
        get_project_for(ada, project.slug)

    membership = add_member(project=project, user=ada, role=Role.RESEARCHER)
    membership.ended_at = timezone.now()
    membership.save()

    with pytest.raises(Missing):
        get_project_for(ada, project.slug)
    assert list(list_projects_for(ada)) == []


def test_an_archived_project_is_gone(ada: User, project: Project) -> None:
    add_member(project=project, user=ada, role=Role.RESEARCHER)
    Project.objects.update(archived_at=timezone.now())

    with pytest.raises(Missing):
        get_project_for(ada, project.slug)


@pytest.mark.parametrize(
    ("role", "may"), [(Role.RESEARCHER, True), (Role.REVIEWER, True), (Role.RATER, False)]
)
def test_reports_are_for_readers(ada: User, project: Project, role: Role, may: bool) -> None:
    add_member(project=project, user=ada, role=role)

    if may:
        assert get_project_for(ada, project.slug, *READERS) == project
    else:
        with pytest.raises(Denied):
            get_project_for(ada, project.slug, *READERS)


def test_a_person_is_one_rater_under_a_name_that_tells_nothing(ada: User, project: Project) -> None:
    membership = add_member(project=project, user=ada, role=Role.RATER)

    rater = ensure_person(membership=membership)

    assert ensure_person(membership=membership) == rater
    assert find_person_for(ada, project.slug) == rater
    assert rater.kind == RaterKind.PERSON
    assert "ada" not in rater.name


def test_looking_makes_nobody_a_rater(ada: User, project: Project) -> None:
    add_member(project=project, user=ada, role=Role.RESEARCHER)

    assert find_person_for(ada, project.slug) is None
    assert list(list_assignments_for(ada, project.slug)) == []
    assert not Rater.objects.exists()


def test_a_paused_person_is_told_so(ada: User, project: Project) -> None:
    membership = add_member(project=project, user=ada, role=Role.RATER)
    ensure_person(membership=membership)
    Rater.objects.update(deactivated_at=timezone.now())

    with pytest.raises(Denied):
        find_person_for(ada, project.slug)
    with pytest.raises(Denied):
        ensure_person(membership=membership)


def test_an_unknown_assignment_is_missing(ada: User) -> None:
    assert not Assignment.objects.exists()
    with pytest.raises(Missing):
        get_assignment_for(ada, uuid.uuid4())
