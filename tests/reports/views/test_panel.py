"""The page of a panel says how many judges it is worth, as the report does, and how its members are weighed."""

import pytest
from django.test import Client

from annotations.models import Project, RaterKind, Role
from evalplatform.reports.snapshots.snapshot import take_snapshot
from evalplatform.reports.views.panel import read_worth
from judges.engine.panels import fill_panel, form_panel
from judges.models import Panel
from tests.factories.judging import make_field
from tests.factories.ledger import make_member
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database


def make_panel(*, labelled: bool = True, weights: str = "equal") -> Panel:
    field = make_field(tasks=30, slug="study")
    judges = [make_rater(field.project, name, RaterKind.JUDGE) for name in ("ada", "bert")]
    paul = make_rater(field.project, "paul") if labelled else None
    for number, task in enumerate(field.tasks):
        if paul:
            rate(task, paul, "first" if number % 2 else "second")
        rate(task, judges[0], "first" if number % 5 else "second", order="0,1")
        rate(task, judges[1], "first" if number % 3 else "second", order="0,1")
    panel = form_panel(project=field.project, name="both", members=("ada", "bert"), weights=weights)
    fill_panel(panel=panel)
    return panel


def read(panel: Panel, project: Project, language: str = "en") -> str:
    client = Client(headers={"Accept-Language": language})
    client.force_login(make_member(project, Role.REVIEWER).user)
    answer = client.get(f"/p/study/judges/panels/{panel.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_figure_is_that_of_the_report() -> None:
    panel = make_panel()
    (row,) = read_worth(panel)
    reported = [
        each for each in take_snapshot(project=panel.project).rows if each.statistic == "effective_judges"
    ]
    assert [row] == reported
    assert row.estimate is not None
    assert 1 < row.estimate <= 2
    page = read(panel, panel.project)
    assert f"{row.estimate:.2f}" in page
    assert "of 2</span>" in page
    assert "judge:ada" in page
    assert "Mean weight" not in page


def test_learnt_weights_are_shown_by_criterion() -> None:
    panel = make_panel(weights="cross_fitted")
    page = read(panel, panel.project)
    assert "Mean weight of each" in page
    assert "learnt from labels of other items" in page


def test_without_labels_the_page_says_why_there_is_no_figure() -> None:
    panel = make_panel(labelled=False)
    assert read_worth(panel) == []
    assert "so that it cannot be said" in read(panel, panel.project)


def test_who_is_right_is_said_in_the_language_of_the_page() -> None:
    panel = make_panel(weights="cross_fitted")
    page = read(panel, panel.project, "ru")
    assert "<td>люди</td>" in page
    assert "<dd>люди</dd>" in page
    assert "people" not in page.partition("<main")[2]
