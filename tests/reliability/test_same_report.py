"""One report, worked out by several processes, after a restart and on the other database: the same bytes."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from annotations.domain.studies.export_study import export_study
from annotations.domain.studies.import_study import import_study
from annotations.models import Project
from evalplatform.demo.judging import start_judges
from evalplatform.demo.load import fill_with_simulated_raters, load_demo_project
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from evalplatform.settings.env import REPOSITORY
from tests.factories.judging import work
from tests.support.web import describe_surroundings

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability, pytest.mark.timeout(240)]
IS_NIGHTLY = bool(os.environ.get("EVALPLATFORM_NIGHTLY"))
REPORT = ("report", "study", "--json", *(["--all"] if IS_NIGHTLY else []))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demonstration with all its ratings, as a study folder."""
    project = load_demo_project()
    fill_with_simulated_raters(project=project)
    for run in start_judges(project=project):
        work(run)
    export_study(project=project, folder=tmp_path / "study")
    return tmp_path / "study"


def manage(environment: dict[str, str], *arguments: str) -> bytes:
    """What a command of a process of its own prints."""
    command = [sys.executable, str(REPOSITORY / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True).stdout


def test_row_36_two_processes_a_restart_and_another_database_give_the_same_bytes(
    folder: Path, tmp_path: Path
) -> None:
    project: Project = import_study(folder=folder, slug="study").project
    here = take_snapshot(project=project, wanted=Wanted(is_full=IS_NIGHTLY)).to_bytes() + b"\n"
    assert here.count(b'"statistic":') > 20

    surroundings = describe_surroundings(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        printed = list(pool.map(lambda _: manage(surroundings, *REPORT), range(2)))
    assert printed == [here, here]

    elsewhere = {**os.environ, "EVALPLATFORM_DATA": str(tmp_path / "elsewhere"), "DATABASE_URL": ""}
    elsewhere["DJANGO_SETTINGS_MODULE"] = "evalplatform.settings.embedded"
    manage(elsewhere, "migrate", "--verbosity=0")
    manage(elsewhere, "import_study", str(folder), "--project", "study")
    assert manage(elsewhere, *REPORT) == here
