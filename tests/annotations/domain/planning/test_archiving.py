"""A project is closed, restored, or gone after thirty days."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from annotations.domain.planning.archiving import archive_project, purge_archived_projects, restore_project
from annotations.domain.queue.claim import claim_assignment
from annotations.models import Assignment, AssignmentState, Project, Role, Slot, SlotState
from evalplatform.accounts.models import AuditEvent, User
from evalplatform.accounts.tokens import create_api_token
from evalplatform.common.errors import Conflict
from judges.engine.archived import REASON, stop_archived
from judges.engine.ledger.control import resume_run
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.models import CascadeRun, Run, RunState
from tests.factories.callers import open_browser
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_person, make_project
from tests.security.world import build_project, make_worker

pytestmark = pytest.mark.database
NOW = timezone.now()


@pytest.fixture
def project() -> Project:
    project = make_project("sky")
    rubric = make_pair_rubric(project)
    for _ in range(3):
        make_pair_task(project, rubric)
    return project


@pytest.fixture
def ada(project: Project) -> User:
    return make_member(project, Role.RESEARCHER).user


@pytest.fixture
def client(ada: User) -> Client:
    return open_browser(ada)


def test_leases_end_and_places_come_back(project: Project, ada: User) -> None:
    held = claim_assignment(rater=make_person(project))
    assert held is not None
    archive_project(project=project, actor=ada, now=NOW)
    assert Assignment.objects.get(pk=held.pk).state == AssignmentState.EXPIRED
    assert Slot.objects.filter(state=SlotState.FREE).count() == 3
    kept = Project.objects.get()
    assert (kept.archived_at, kept.purge_at) == (NOW, NOW + timedelta(days=30))


def test_the_same_again_does_not_move_the_end(project: Project, ada: User) -> None:
    archive_project(project=project, actor=ada, now=NOW)
    archive_project(project=project, actor=ada, now=NOW + timedelta(days=9))
    assert Project.objects.get().archived_at == NOW
    assert AuditEvent.objects.filter(action="archive_project").count() == 1


def test_runs_of_archived_projects_pause_and_others_go_on(project: Project, ada: User) -> None:
    other = make_project("sea")
    make_pair_task(other, make_pair_rubric(other))
    runs = [
        plan_run(
            project=each,
            judge=create_judge(project=each, name="longest", protocol="pair", builtin="longest"),
            wake=False,
        )
        for each in (project, other)
    ]
    archive_project(project=project, actor=ada)
    assert stop_archived() == 1
    states = {
        run.project.slug: (run.state, run.pause_reason) for run in Run.objects.select_related("project")
    }
    assert states == {"sky": (RunState.PAUSED, REASON), "sea": (RunState.RUNNING, "")}
    assert stop_archived() == 0
    restore_project(project=project, actor=ada)
    resume_run(run=runs[0])
    assert stop_archived() == 0


def test_cascades_pause_too() -> None:
    project = build_project("sky")
    assert CascadeRun.objects.filter(state=RunState.RUNNING).count() == 1
    archive_project(project=project, actor=make_worker(project))
    assert stop_archived() >= 1
    assert not CascadeRun.objects.filter(state=RunState.RUNNING).exists()
    assert not Run.objects.filter(state=RunState.RUNNING).exists()


def test_a_restored_project_is_as_it_was(project: Project, ada: User) -> None:
    archive_project(project=project, actor=ada, now=NOW)
    restore_project(project=project, actor=ada)
    kept = Project.objects.get()
    assert (kept.archived_at, kept.purge_at) == (None, None)
    assert claim_assignment(rater=make_person(kept)) is not None
    with pytest.raises(Conflict):
        restore_project(project=project, actor=ada)


def test_nothing_is_left_after_thirty_days_but_the_trail() -> None:
    project, other = build_project("sky"), build_project("sea")
    worker = make_worker(project)
    archive_project(project=project, actor=worker, now=NOW)
    assert purge_archived_projects(now=NOW + timedelta(days=29)) == 0
    assert purge_archived_projects(now=NOW + timedelta(days=30)) == 1
    assert list(Project.objects.all()) == [other]
    assert purge_archived_projects(now=NOW + timedelta(days=300)) == 0
    for model in apps.get_models():
        if any(field.name == "project" and field.is_relation for field in model._meta.get_fields()):
            rows = model._default_manager.exclude(project=other)  # also those of all projects
            assert list(rows.exclude(project=None)) == []
    assert AuditEvent.objects.filter(action="purge_project", project=project.public_id).count() == 1
    assert User.objects.filter(pk=worker.pk).exists()


def test_projects_archived_before_this_promise_are_kept(project: Project) -> None:
    Project.objects.update(archived_at=NOW)
    assert purge_archived_projects(now=NOW + timedelta(days=300)) == 0


def test_researchers_find_and_restore_it_on_their_page(project: Project, ada: User, client: Client) -> None:
    assert client.post("/p/sky/settings/", {"act": "archive", "confirm": "sky"})["Location"] == "/"
    home = client.get("/").content.decode()
    assert ["/p/sky/restore/" in home, client.get("/p/sky/").status_code] == [True, 404]
    stranger = Client()
    stranger.force_login(make_member(project, Role.REVIEWER).user)
    assert "/p/sky/restore/" not in stranger.get("/").content.decode()
    assert stranger.post("/p/sky/restore/").status_code == 404
    page = client.post("/p/sky/restore/", follow=True).content.decode()
    assert "The project is open again." in page
    assert client.post("/p/sky/restore/").status_code == 404


def test_over_rest(project: Project, ada: User) -> None:
    api = Client(headers={"Authorization": f"Bearer {create_api_token(user=ada, name='a')[1]}"})
    assert api.post("/api/v1/projects/sky/archive/").status_code == 204
    assert api.get("/api/v1/projects/sky/").status_code == 404
    assert api.post("/api/v1/projects/sky/restore/").status_code == 204
    assert api.get("/api/v1/projects/sky/").status_code == 200
