from uuid import uuid4

import pytest

from annotations.models import Project, Role
from evalplatform.accounts.models import User
from evalplatform.common.errors import Denied, Missing
from judges.access import get_project_with_runs_for, get_run_for, list_runs_for
from judges.engine.planning.plan import plan_run
from judges.models import Run
from tests.factories.judging import make_field, make_judge
from tests.factories.ledger import make_member, make_user

pytestmark = pytest.mark.database
URL = "http://127.0.0.1:9/v1"


@pytest.fixture
def run() -> Run:
    field = make_field(tasks=1, slug="study")
    return plan_run(project=field.project, judge=make_judge(field.project, URL))


def make_actor(project: Project, role: Role) -> User:
    return make_member(project, role).user


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.REVIEWER])
def test_readers_see_the_runs_of_their_project(run: Run, role: Role) -> None:
    actor = make_actor(run.project, role)
    assert get_project_with_runs_for(actor, "study") == run.project
    assert list(list_runs_for(actor, "study")) == [run]


def test_raters_do_not_see_them() -> None:
    field = make_field(tasks=1, slug="study")
    rater = make_actor(field.project, Role.RATER)
    with pytest.raises(Denied):
        get_project_with_runs_for(rater, "study")
    with pytest.raises(Denied):
        list_runs_for(rater, "study")


def test_strangers_find_nothing(run: Run) -> None:
    stranger = make_user()
    with pytest.raises(Missing):
        list_runs_for(stranger, "study")
    with pytest.raises(Missing):
        get_run_for(stranger, "study", run.public_id)
    with pytest.raises(Missing):
        get_run_for(stranger, "none", run.public_id)


def test_only_researchers_steer(run: Run) -> None:
    assert get_run_for(make_actor(run.project, Role.RESEARCHER), "study", run.public_id) == run
    for role in (Role.REVIEWER, Role.RATER):
        with pytest.raises(Denied):
            get_run_for(make_actor(run.project, role), "study", run.public_id)


def test_a_run_is_found_in_its_own_project_only(run: Run) -> None:
    other = make_field(tasks=1)
    researcher = make_actor(other.project, Role.RESEARCHER)
    make_member(run.project, Role.RESEARCHER, user=researcher)
    with pytest.raises(Missing):
        get_run_for(researcher, other.project.slug, run.public_id)
    with pytest.raises(Missing):
        get_run_for(researcher, "study", uuid4())
