"""A worker that is killed or stopped in the middle of a run: nothing is lost and nothing counted twice."""

import os
import signal
from pathlib import Path

import pytest

from annotations.models import Annotation
from judges.models import Attempt
from tests.fakes.provider import FakeProvider
from tests.reliability.judged import run_judged
from tests.support.processes import wait_until

TASKS = 200
CALLS = 8
USUAL_LEASE = 60  # a worker that is asked to end gives everything back itself

pytestmark = [pytest.mark.database(transaction=True), pytest.mark.reliability, pytest.mark.timeout(240)]


@pytest.mark.nightly  # by day test_chaos.py kills workers
def test_row_7_a_killed_worker_loses_no_verdict_doubles_none_and_pays_again_for_what_was_in_flight(
    tmp_path: Path,
) -> None:
    with FakeProvider(latency=0.2) as fake, run_judged(tmp_path, fake, tasks=TASKS, calls=CALLS) as judged:
        assert wait_until(lambda: Attempt.objects.filter(state="leased").exists(), seconds=40)
        judged.platform.strike("worker")  # claimed, and perhaps not one call made
        judged.wait_for_answers(TASKS // 4)
        judged.platform.strike("worker")
        written = Annotation.objects.count()
        judged.wait_for_answers(written + TASKS // 2)
        judged.platform.strike("worker")
        judged.wait_for_verdicts(TASKS)
        judged.check(TASKS)
        assert judged.count_states()["lost"] >= 2
        assert judged.paid_again <= 3 * CALLS


@pytest.mark.one_database
def test_row_20_a_worker_that_is_asked_to_end_loses_no_call_and_repeats_none(tmp_path: Path) -> None:
    with (
        FakeProvider(latency=0.2) as fake,
        run_judged(tmp_path, fake, tasks=TASKS, calls=CALLS, lease=USUAL_LEASE) as judged,
    ):
        for share in (4, 2):
            judged.wait_for_answers(TASKS // share)
            worker = judged.platform.child("worker")
            assert worker is not None
            os.kill(worker, signal.SIGTERM)
            judged.wait_for_return("worker", worker)
        judged.wait_for_verdicts(TASKS)
        judged.check(TASKS)
        assert (judged.count_states(), judged.paid_again) == ({"done": TASKS}, 0)
