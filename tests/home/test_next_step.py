from dataclasses import replace

import pytest

from annotations.domain.checking.gold import mark_gold
from annotations.models import Role
from annotations.queries.gates import Demand
from evalplatform.home.next_step import find_next_step
from evalplatform.home.queries import ProjectOverview, describe_project
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project, make_user

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


@pytest.mark.parametrize(
    ("overview", "role", "words"),
    [
        (replace(AT_WORK, done=16), Role.RESEARCHER, "All places are filled and no judge is at work."),
        (replace(AT_WORK, places=0, done=0), Role.RESEARCHER, "no places are open for people"),
        (
            replace(AT_WORK, done=16, running=1, annotations={**AT_WORK.annotations, "people": 0}),
            Role.REVIEWER,
            "A judge is still at work",
        ),
    ],
)
def test_the_reason_to_read_the_report_is_true_of_the_project(
    overview: ProjectOverview, role: str, words: str
) -> None:
    assert words in str(find_next_step(overview=overview, role=role).reason)


@pytest.mark.database
def test_a_known_answer_is_no_verdict_of_a_judge() -> None:
    project = make_project()
    task = make_pair_task(project, make_pair_rubric(project))
    mark_gold(task=task, ratings={"overall": "first"}, actor=make_user())
    assert describe_project(project=project).annotations["judges"] == 0
