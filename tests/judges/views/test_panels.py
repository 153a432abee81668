"""Pages of panels: the list, and the form with and without learnt weights."""

from typing import Any  # forms take any value

import pytest

from annotations.models import Project, RaterKind, Role
from judges.models import Panel
from tests.factories.callers import sign_in
from tests.factories.judging import make_field
from tests.factories.ledger import make_project
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
PANELS = "/p/study/judges/panels/"
WISH = {"name": "both", "members": ["judge:ada", "judge:bert"], "weights": "equal", "labels_by": "people"}


@pytest.fixture
def project() -> Project:
    field = make_field(tasks=30, slug="study")
    paul = make_rater(field.project, "paul")
    judges = [make_rater(field.project, name, RaterKind.JUDGE) for name in ("ada", "bert")]
    for number, task in enumerate(field.tasks):
        rate(task, paul, "first" if number % 2 else "second")
        rate(task, judges[0], "first" if number % 2 else "second", order="0,1")
        rate(task, judges[1], "first" if number % 3 else "second", order="0,1")
    return field.project


def test_a_panel_is_formed_and_listed(project: Project) -> None:
    client = sign_in(project)
    assert "No panel is here yet." in client.get(PANELS).content.decode()
    answer = client.post(f"{PANELS}new/", WISH)
    panel = Panel.objects.get()
    assert answer["Location"] == f"{PANELS}{panel.public_id}/"
    assert (panel.rater.name, panel.weighting, panel.quorum, panel.seed, panel.labels_by) == (
        "both", "equal", None, 0, "",
    )  # fmt: skip
    page = sign_in(project, Role.REVIEWER).get(PANELS).content.decode()
    assert "ada, bert" in page
    assert "has not spoken yet" in page
    assert "Form a panel" not in page


def test_weights_are_learnt_from_labels(project: Project) -> None:
    wish = {**WISH, "weights": "cross_fitted", "quorum": "1", "seed": "3"}
    sign_in(project).post(f"{PANELS}new/", wish)
    panel = Panel.objects.get()
    assert (panel.weighting, panel.labels_by, panel.quorum, panel.seed) == ("cross_fitted", "people", 1, 3)
    assert len(panel.weights) == 1
    listed = sign_in(project).get(PANELS, headers={"Accept-Language": "ru"}).content.decode()
    assert '<span class="muted">люди</span>' in listed


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"members": ["judge:ada"]}, "members"),
        ({"members": ["judge:ada", "person:paul"]}, "members"),
        ({"weights": "heavy"}, "weights"),
        ({"labels_by": "nobody"}, "labels_by"),
        ({"quorum": "3"}, "quorum"),
        ({"seed": "-1"}, "seed"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(project: Project, change: dict[str, Any], field: str) -> None:
    answer = sign_in(project).post(f"{PANELS}new/", {**WISH, **change})
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Panel.objects.exists()


def test_another_panel_of_the_name_is_a_fault_of_the_name(project: Project) -> None:
    client = sign_in(project)
    first, again = (client.post(f"{PANELS}new/", WISH)["Location"] for _ in range(2))
    assert first == again
    other = client.post(f"{PANELS}new/", {**WISH, "quorum": "1"})
    assert other.status_code == 400
    assert 'id="id_name_error"' in other.content.decode()


def test_one_judge_is_no_panel() -> None:
    page = sign_in(make_project("study")).get(f"{PANELS}new/").content.decode()
    assert "A panel needs two judges or metrics at least." in page
    assert 'name="members"' not in page
