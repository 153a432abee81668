"""Metrics write to the ledger as any rater does."""

import json
from pathlib import Path

import pytest

from annotations.domain.projects.new_project import ProjectDraft, create_project
from annotations.models import Level, Project, Rating, Rubric, TaskKind
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Run, RunState
from judges.queries.progress import read_progress
from tests.factories.judging import work
from tests.factories.ledger import (
    make_criterion,
    make_item,
    make_project,
    make_rubric,
    make_single_task,
    make_user,
)

REPOSITORY = Path(__file__).resolve().parents[4]
pytestmark = pytest.mark.database(transaction=True)

# What was asked for, and what was answered.
ANSWERS = [("42", "сорок два"), ("42", "about 42"), ("42", "43"), (None, "42")]


def make_answers() -> Project:
    """One rubric whose scales take everything, one match and a five-point scale."""
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "figure", Level.RATIO, fractions=True, minimum=0)
    make_criterion(rubric, "match", Level.ORDINAL, minimum=0, maximum=1)
    make_criterion(rubric, "grade", Level.ORDINAL, minimum=1, maximum=5)
    for reference, text in ANSWERS:
        make_single_task(project, rubric, text=text, item=make_item(project, reference=reference))
    return project


def measure(project: Project, name: str) -> Run:
    judge = create_judge(project=project, name=name, protocol="single", builtin=name)
    assert judge.rater.kind == "metric"
    run = plan_run(project=project, judge=judge)
    work(run)
    return run


def read(run: Run, criterion: str) -> list[tuple[float | None, str | None, str | None]]:
    found = Rating.objects.filter(annotation__rater=run.judge.rater, criterion__key=criterion)
    return list(found.order_by("annotation__task").values_list("number", "absent", "rationale"))


def test_exact_match_is_written_with_what_is_only_approximate() -> None:
    run = measure(make_answers(), "exact_match")
    expected = [
        (1.0, None, None),
        (0.0, None, "approximate"),
        (0.0, None, None),
        (None, "not_applicable", None),
    ]
    assert read(run, "figure") == expected
    assert read(run, "match") == expected
    assert read(run, "grade") == [(None, "out_of_scale", None)] * 3 + [(None, "not_applicable", None)]
    reasons = Attempt.objects.filter(run=run).order_by("task").values_list("finish_reason", flat=True)
    assert list(reasons) == ["out_of_scale"] * 3 + ["no_reference"]
    assert read_progress(run).spent == 0


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("length", [2.0, 2.0, 1.0, 1.0]),
        ("characters", [9.0, 8.0, 2.0, 2.0]),
        ("distinct", [1.0, 1.0, None, None]),
        ("bleu", [0.0, pytest.approx(50.0), 0.0, None]),
        ("chrf", [0.0, pytest.approx(59.375), pytest.approx(25.0), None]),
    ],
)
def test_each_metric_is_written(name: str, figures: list[float | None]) -> None:
    run = measure(make_answers(), name)
    assert [number for number, _, _ in read(run, "figure")] == figures


def test_a_run_over_a_scale_that_does_not_fit_still_ends() -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "grade", Level.ORDINAL, minimum=1, maximum=5)
    make_single_task(project, rubric)
    run = measure(project, "chrf")
    assert not Attempt.objects.filter(run=run).exclude(state="done").exists()
    assert run.state == RunState.RUNNING
    assert read(run, "grade") == [(None, "not_applicable", None)]


def test_a_comma_is_what_it_is_in_the_language_of_the_item() -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "match", Level.ORDINAL, minimum=0, maximum=1)
    for language in ("ru", "en"):
        item = make_item(project, reference="1", language=language)
        make_single_task(project, rubric, text="1,000", item=item)
    assert [number for number, _, _ in read(measure(project, "exact_match"), "match")] == [1.0, 0.0]


def test_the_scales_of_the_how_to_take_their_metrics() -> None:
    page = (REPOSITORY / "docs" / "how-to" / "metrics-as-raters.md").read_text()
    criteria = [json.loads(line) for line in page.splitlines() if line.startswith('{"key"')]
    rubrics = [{"key": "metrics", "task_kind": "single", "criteria": criteria}]
    stated = {"slug": "sky", "title": "Skies", "language": "en", "rubrics": rubrics}
    project = create_project(draft=ProjectDraft.read(stated), user=make_user())
    rubric = Rubric.objects.get(project=project)
    make_single_task(project, rubric, text="42", item=make_item(project, reference="42"))
    assert [c["key"] for c in criteria] == ["right", "overlap", "words"]
    assert read(measure(project, "exact_match"), "right") == [(1.0, None, None)]
    assert read(measure(project, "bleu"), "overlap") == [(100.0, None, None)]
    assert read(measure(project, "length"), "words") == [(1.0, None, None)]


def test_a_turn_is_compared_with_its_own_reference() -> None:
    project = make_project()
    rubric = make_rubric(project, TaskKind.SINGLE)
    make_criterion(rubric, "match", Level.ORDINAL, minimum=0, maximum=1)
    item = make_item(project, prompt=None, turns=["One?", "Two?"], reference=["1", "2"])
    make_single_task(project, rubric, text="two", item=item, turn=2)
    assert read(measure(project, "exact_match"), "match") == [(1.0, None, None)]
