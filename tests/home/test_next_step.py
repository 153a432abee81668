from dataclasses import replace

import pytest

from annotations.models import Role
from annotations.queries.gates import Demand
from evalplatform.home.next_step import find_next_step
from evalplatform.home.queries import ProjectOverview

AT_WORK = ProjectOverview(
    items=8,
    systems=2,
    tasks=8,
    places=16,
    done=3,
    judges=1,
    running=0,
    people=2,
    annotations={"people": 3, "imported": 0, "simulated": 0, "judges": 8},
    stranded=[],
)


@pytest.mark.parametrize(
    ("overview", "page"),
    [
        (replace(AT_WORK, items=0), "upload-new"),
        (replace(AT_WORK, people=0), "people"),
        (replace(AT_WORK, stranded=[Demand("ru", (), 12)], judges=0), "people"),
        (replace(AT_WORK, judges=0, annotations={**AT_WORK.annotations, "judges": 0}), "judge-new"),
        (replace(AT_WORK, judges=0, done=16), "report"),
        (replace(AT_WORK, running=1), "runs"),
        (replace(AT_WORK, annotations={**AT_WORK.annotations, "judges": 0}), "run-new"),
        (AT_WORK, "rate"),
        (replace(AT_WORK, done=16), "report"),
        (replace(AT_WORK, places=0, done=0, people=0), "report"),
    ],
)
def test_a_researcher_is_led_from_material_to_figures(overview: ProjectOverview, page: str) -> None:
    assert find_next_step(overview=overview, role=Role.RESEARCHER).page == page


@pytest.mark.parametrize(
    ("overview", "page"),
    [
        (AT_WORK, "review"),
        (replace(AT_WORK, annotations={**AT_WORK.annotations, "people": 0}), "rate"),
        (replace(AT_WORK, done=16, annotations={**AT_WORK.annotations, "people": 0}), "report"),
    ],
)
def test_a_reviewer_settles_what_people_said(overview: ProjectOverview, page: str) -> None:
    assert find_next_step(overview=overview, role=Role.REVIEWER).page == page
