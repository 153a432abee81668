"""Row 16: two hundred people in four processes ask at once, and every task gets exactly as many as it should."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db.models import Count, F

from annotations.models import Annotation, Assignment, Phase, Project, Slot, SlotState
from evalplatform.settings.env import REPOSITORY
from tests.factories.gated import ask_for, make_reader
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project
from tests.support.processes import wait_until
from tests.support.web import describe_surroundings

PROCESSES, RATERS, TASKS = 4, 200, 60

pytestmark = [
    pytest.mark.reliability,
    pytest.mark.database(transaction=True),
    pytest.mark.timeout(240),
]


@pytest.mark.parametrize("overlap", [1, 3])
def test_row_16_four_processes_fill_every_place_once(overlap: int, tmp_path: Path) -> None:
    project = make_project()
    rubric = make_pair_rubric(project)
    for _ in range(TASKS):
        make_pair_task(project, rubric, overlap=overlap)
    raters = [make_person(project).pk for _ in range(RATERS)]
    with run_processes(tmp_path, raters) as processes:
        say(tmp_path, "ready", then="claim")
        say(tmp_path, "claimed", then=None)
        check_first_round(project, min(RATERS, TASKS * overlap))
        (tmp_path / "work").touch()
        ends = [(process.communicate(timeout=200)[0].strip(), process.returncode) for process in processes]
    failures = "\n".join(told for told, _ in ends if told)
    assert (failures, [code for _, code in ends]) == ("", [0] * PROCESSES), failures
    check_end(project, overlap)


def test_row_16_behind_gates_nobody_meets_what_is_not_for_them(tmp_path: Path) -> None:
    """Heads of several queues are locked at once: no place is missed by it, and none is filled twice."""
    project = make_project()
    rubric = make_pair_rubric(project)
    for number in range(TASKS):
        task = make_pair_task(project, rubric, overlap=1)
        if number % 3:
            ask_for(task, "ru", ["law"] if number % 3 == 2 else [])
    kinds = [((), ()), (("ru",), ()), (("ru", "en"), ("law",))]
    raters = []
    for number in range(RATERS):
        languages, skills = kinds[number % len(kinds)]
        raters.append(make_reader(project, *languages, skills=skills))
    passed = {rater.pk: set(range(number % len(kinds) + 1)) for number, rater in enumerate(raters)}
    rate_together(tmp_path, [rater.pk for rater in raters])
    check_end(project, 1)
    dealt = Assignment.objects.filter(project=project).values_list("rater", "task__gate")
    assert {gate for _, gate in dealt} == {0, 1, 2}
    assert not [(rater, gate) for rater, gate in dealt if gate not in passed[rater]]


def rate_together(folder: Path, raters: list[int]) -> None:
    """Both rounds to the end, in four processes; nothing goes wrong."""
    with run_processes(folder, raters) as processes:
        say(folder, "ready", then="claim")
        say(folder, "claimed", then="work")
        ends = [(process.communicate(timeout=200)[0].strip(), process.returncode) for process in processes]
    failures = "\n".join(told for told, _ in ends if told)
    assert (failures, [code for _, code in ends]) == ("", [0] * PROCESSES), failures


@contextmanager
def run_processes(folder: Path, raters: list[int]) -> "Iterator[list[subprocess.Popen[str]]]":
    """Four processes on the database of this test, each with its share of the raters."""
    environment = describe_surroundings(folder)
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.reliability.queue_worker",
                str(folder),
                str(number),
                *map(str, raters[number::PROCESSES]),
            ],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def say(folder: Path, stage: str, *, then: str | None) -> None:
    """Wait until all processes are at a stage, and let them go on."""
    assert wait_until(lambda: len(list(folder.glob(f"{stage}-*"))) == PROCESSES, seconds=100)
    if then:
        (folder / then).touch()


def check_first_round(project: Project, wanted: int) -> None:
    """As many leases as there are people or places, none on one place or for one person twice."""
    leases = list(Assignment.objects.filter(project=project).values_list("slot", "rater"))
    assert len(leases) == wanted
    assert len({slot for slot, _ in leases}) == wanted
    assert len({rater for _, rater in leases}) == wanted
    assert Slot.objects.filter(project=project, state=SlotState.LEASED).count() == wanted


def check_end(project: Project, overlap: int) -> None:
    """Every place is filled once; nobody answered a task twice; what came too late is kept and not counted."""
    assert set(Slot.objects.filter(project=project).values_list("state", flat=True)) == {SlotState.DONE}
    answers = Annotation.objects.filter(project=project, is_current=True)
    counted = Counter(answers.filter(phase=Phase.INDEPENDENT).values_list("task", flat=True))
    assert len(counted) == TASKS
    assert set(counted.values()) == {overlap}
    assert set(answers.values_list("phase", flat=True)) <= {Phase.INDEPENDENT, Phase.SURPLUS}
    twice = answers.values("task", "rater").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()
    surplus = answers.filter(phase=Phase.SURPLUS)
    assert not surplus.exclude(assignment__state="expired").exists()
    assert not Annotation.objects.exclude(task=F("assignment__task")).exists()
