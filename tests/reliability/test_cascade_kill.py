"""A cascade whose workers are killed within its stages and between them: it comes to its end all the same."""

from pathlib import Path

import pytest
from django.conf import settings

from annotations.models import Annotation, RaterKind
from judges.engine.cascades.starting import start_cascade
from judges.models import CascadeRun, Run, RunState, StageRun
from tests.factories.cascading import label, make_cast, make_terms
from tests.fakes.opinions import OpinionatedProvider
from tests.reliability.judged import PATIENCE, UNHURRIED
from tests.support.platform import Platform, run_up
from tests.support.processes import wait_until
from tests.support.web import share_database

TASKS = 180
LONGER = ("first", "second")

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability, pytest.mark.timeout(420)]


def has_begun(stages: int) -> bool:
    """Whether so many runs were started and the last of them has verdicts."""
    last = StageRun.objects.order_by("pk").last()
    begun = StageRun.objects.count() >= stages
    return begun and last is not None and last.run.attempts.filter(state__in=("said", "done")).exists()


def kill_when(platform: Platform, stages: int, *, over: bool) -> None:
    """Kill the worker in the middle of a stage, or the moment that it is over."""
    assert wait_until(lambda: has_begun(stages), seconds=PATIENCE)
    if over:
        ended = Run.objects.filter(state=RunState.FINISHED)
        assert wait_until(lambda: ended.count() >= stages, seconds=PATIENCE)
    platform.strike("worker")


def test_a_cascade_whose_worker_is_killed_in_and_between_stages_ends_with_each_verdict_once(
    tmp_path: Path,
) -> None:
    with OpinionatedProvider(
        latency=0.02, doubts=lambda model, number: model == "fake-cheap" and number % 2 == 1
    ) as fake:
        cast = make_cast(tasks=TASKS, url=fake.url, labelled=False, samples=3)
        label(cast.tasks, LONGER)
        terms = make_terms(bound=0.3, delta=0.3, calibration_share=0.8)
        run = start_cascade(project=cast.project, name="both", terms=terms)
        secrets = tmp_path / "secrets"
        secrets.mkdir(mode=0o700)
        (secrets / "master_key").write_text(settings.EVALPLATFORM_MASTER_KEYS[0])
        with run_up(
            tmp_path,
            DATABASE_URL=share_database(tmp_path),
            REDIS_URL="",
            EVALPLATFORM_ATTEMPT_LEASE=str(UNHURRIED),
            EVALPLATFORM_SHARD_LEASE=str(UNHURRIED),
            EVALPLATFORM_SWEEP_INTERVAL="0.5",
        ) as platform:
            kill_when(platform, 1, over=False)
            kill_when(platform, 1, over=True)
            kill_when(platform, 2, over=True)
            kill_when(platform, 3, over=False)
            kill_when(platform, 4, over=False)
            found = CascadeRun.objects.filter(pk=run.pk)
            assert wait_until(lambda: found.get().state != RunState.RUNNING, seconds=PATIENCE), (
                found.get().stage
            )
    run.refresh_from_db()
    assert (run.state, run.pause_reason) == (RunState.FINISHED, "")
    stages = list(run.stages.order_by("pk").values_list("stage", flat=True))
    assert stages[:3] == ["cheap_calibration", "dear_calibration", "cheap"]
    assert set(stages[3:]) == {"dear"}  # one run or several: it may begin while the cheap judge goes on
    said = Annotation.objects.exclude(rater__kind=RaterKind.PERSON)
    keys = said.values_list("task", "rater", "shown_order", "repeat")
    outcome = run.outcome
    unsure = outcome["held_out"] - outcome["kept"][0]
    verdicts = 2 * (TASKS + outcome["calibration"] + unsure) + outcome["held_out"]
    assert (keys.count(), keys.distinct().count()) == (verdicts, verdicts)
    assert outcome["kept"][1] + outcome["left"] == unsure > 0
