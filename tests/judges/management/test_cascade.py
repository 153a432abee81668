"""`manage.py cascade`: what it prints, stores and deals first."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Project, Rating, Task
from annotations.queries.rating_rows import read_tasks
from evalplatform.agreement.panels import Cascade, StagePlan
from judges.engine.cascades import CascadeStudy, HeldOut, Terms, is_calibration
from judges.management.cascade_words import describe_study
from tests.factories.cascading import label, make_cast, make_terms
from tests.fakes.opinions import OpinionatedProvider
from tests.judges.engine.cascades.test_cascades import project

__all__ = ["project"]

TOLD = """\
80 calibration items. With probability 0.9, no judge differs from people in more than 0.15 of what it keeps.
  small decides alone from a confidence of 0.71 on: 50.0% of all; on other items 2 of 30 labelled ones differ (41 kept).
  large decides nothing alone: fewer than 30 of its calibration items have a label.
  people have 50.0% of all; on other items 1 tasks.
  2 tasks wait for a verdict of large.
  cost of a case 56, of people alone 100."""
OPTIONS = (
    "--cheap",
    "cheap",
    "--dear",
    "dear",
    "--bound",
    "0.15",
    "--delta",
    "0.2",
    "--calibration-share",
    "0.6",
)

STARTED = (
    *("--cheap", "cheap", "--dear", "dear", "--bound", "0.3", "--delta", "0.3"),
    *("--calibration-share", "0.8"),
)
TASKS = 180
LONGER = ("first", "second")  # the longer answer, of even tasks and of odd ones


def run(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("cascade", *arguments, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.database
@pytest.mark.timeout(180)
def test_it_tells_stores_and_deals_first_what_is_left_to_people(project: Project) -> None:
    found = run("study", *OPTIONS, "--name", "both", "--priority", "2")
    left = Rating.objects.filter(annotation__rater__name="both", absent="abstained").values(
        "annotation__task"
    )
    assert left.count() > 0
    assert found[-1] == f"{left.count()} tasks left to people have priority 2."
    assert set(Task.objects.filter(priority=2).values_list("pk", flat=True)) == {
        row["annotation__task"] for row in left
    }
    assert found[-2].startswith("Panel both: ")
    assert found[-2].endswith(" as they were; none on calibration items.")


@pytest.mark.database
@pytest.mark.timeout(180)
def test_what_cannot_be_done_is_said(project: Project) -> None:
    with pytest.raises(CommandError, match="no project nowhere"):
        run("nowhere", *OPTIONS)
    with pytest.raises(CommandError, match="named nobody"):
        run("study", *OPTIONS, "--cheap", "nobody")


@pytest.mark.database(transaction=True)
@pytest.mark.timeout(240)
def test_it_calls_its_judges_here_and_now_and_tells_what_it_spared() -> None:
    with OpinionatedProvider(doubts=lambda model, number: model == "fake-cheap" and number % 2 == 1) as fake:
        cast = make_cast(tasks=TASKS, url=fake.url, labelled=False, samples=3)
        label(cast.tasks, LONGER)
        started = ("study", *STARTED, "--people-price", "1")
        foreseen = run(*started, "--dry-run")
        assert foreseen[0].endswith(" others.")
        assert foreseen[-1].startswith("Nothing was started.")
        assert not fake.requests
        found = run(*started, "--start", "--name", "both", "--places", "1", "--budget", "5")
    rows = read_tasks(project=cast.project)
    terms = make_terms(bound=0.3, delta=0.3, calibration_share=0.8)
    held_out = [n for n, task in enumerate(cast.tasks) if not is_calibration(rows[task.pk], terms)]
    calibration, unsure = TASKS - len(held_out), sum(n % 2 for n in held_out)
    asked = Counter(body["model"] for body in fake.requests)
    assert asked == {"fake-cheap": 6 * TASKS, "fake-dear": 6 * (calibration + unsure)}
    assert found[0] == "Cascade both: finished, leaving the rest to people."
    assert found[5] == (
        f"  of {len(held_out)} tasks the cheap judge decides {len(held_out) - unsure}, the dear one {unsure}, people 0"
    )
    said = Rating.objects.filter(annotation__rater__name="both").values_list("annotation__task", "code")
    assert dict(said) == {cast.tasks[n].pk: LONGER[n % 2] for n in held_out}


@pytest.mark.database
def test_what_is_started_needs_a_name() -> None:
    make_cast(tasks=1)
    with pytest.raises(CommandError, match="--name"):
        run("study", *STARTED, "--start")


def test_a_study_is_told_in_words() -> None:
    figures = {"reached": 1.0, "kept": 0.5, "labelled": 40}
    nothing = {"threshold": None, "accuracy": None, "upper_risk": None}
    stages = (
        StagePlan(threshold=0.71, accuracy=0.95, upper_risk=0.12, **figures),  # type: ignore[arg-type]
        StagePlan(**nothing, **{**figures, "kept": 0.0}, undefined="too_few_items"),  # type: ignore[arg-type]
    )
    study = CascadeStudy(
        terms=Terms(cheap="small", dear="large", bound=0.15),
        plan=Cascade(stages=stages, left=0.5, cost=56, people_cost=100, bound=0.15, delta=0.1),
        calibration_items=80,
        held_out=(
            HeldOut(kept=41, labelled=30, disagreements=2),
            HeldOut(kept=0, labelled=0, disagreements=0),
        ),
        routes={1: 0, 2: 2},
        waiting=(7, 8),
    )
    assert "\n".join(describe_study(study)) == TOLD
