"""Panels over REST: formed by researchers, read by reviewers."""

import pytest

from annotations.models import Project, RaterKind, Role
from judges.engine.panels import fill_panel
from judges.models import Panel
from tests.factories.callers import sign_in
from tests.factories.judging import make_field
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
PANELS = "/api/v1/projects/study/panels/"


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


def test_a_panel_is_formed_and_read_with_its_weights(project: Project) -> None:
    researcher, reviewer = (sign_in(project, role) for role in (Role.RESEARCHER, Role.REVIEWER))
    order = {"name": "both", "members": ["bert", "judge:ada"], "weights": "cross_fitted", "seed": 3}
    answer = researcher.post(PANELS, order, content_type="application/json")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert {
        key: made[key] for key in ("name", "members", "weights", "labels_by", "quorum", "seed", "used_at")
    } == {
        "name": "both",
        "members": ["judge:ada", "judge:bert"],
        "weights": "cross_fitted",
        "labels_by": "people",
        "quorum": None,
        "seed": 3,
        "used_at": None,
    }
    weights = made["mean_weights"]["overall"]
    assert weights["judge:ada"] > weights["judge:bert"] > 0
    fill_panel(panel=Panel.objects.get())
    shown = reviewer.get(f"{PANELS}{made['id']}/").json()
    assert shown["used_at"] is not None
    assert {**shown, "used_at": None} == made
    (listed,) = reviewer.get(PANELS).json()["results"]
    assert listed == {key: value for key, value in shown.items() if key != "mean_weights"}


def test_the_same_again_is_the_same_panel_and_another_of_its_name_a_conflict(project: Project) -> None:
    client = sign_in(project, Role.RESEARCHER)
    order = {"name": "both", "members": ["ada", "bert"]}
    ids = {client.post(PANELS, order, content_type="application/json").json()["id"] for _ in range(2)}
    assert len(ids) == 1
    again = client.post(PANELS, {**order, "quorum": 1}, content_type="application/json")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"members": ["ada"]}, "members"),
        ({"members": ["ada", "nobody"]}, "members"),
        ({"members": "ada"}, "members"),
        ({"weights": "heavy"}, "weights"),
        ({"weights": "cross_fitted", "labels_by": "nobody"}, "labels_by"),
        ({"quorum": 3}, "quorum"),
        ({"seed": -1}, "seed"),
        ({"seed": 10**30}, "seed"),
        ({"name": ""}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(project: Project, change: dict[str, object], field: str) -> None:
    order = {"name": "both", "members": ["ada", "bert"], **change}
    answer = sign_in(project, Role.RESEARCHER).post(PANELS, order, content_type="application/json")
    assert answer.status_code == 400
    assert [error["field"].partition(".")[0] for error in answer.json()["errors"]] == [field]
    assert not Panel.objects.exists()


def test_a_reviewer_forms_none(project: Project) -> None:
    order = {"name": "both", "members": ["ada", "bert"]}
    assert (
        sign_in(project, Role.REVIEWER).post(PANELS, order, content_type="application/json").status_code
        == 403
    )
