"""A case that takes its worker down every time: it is given up after three, and nothing else is."""

import os
import signal
from pathlib import Path
from typing import Any  # bodies of requests

import pytest

from annotations.models import Annotation, Generation
from judges.models import Attempt, Run
from tests.fakes.provider import FakeProvider
from tests.reliability.judged import Judged, list_attempts, run_judged
from tests.support.processes import find_children, wait_until

TASKS = 24
CALLS = 8
POISON = "[[Answer 3.]]"

pytestmark = [
    pytest.mark.database(transaction=True),
    pytest.mark.one_database,
    pytest.mark.reliability,
    pytest.mark.timeout(180),
]


def test_row_8_what_kills_its_worker_is_given_up_alone(tmp_path: Path) -> None:
    running: list[Judged] = []

    def take_down(body: dict[str, Any]) -> None:
        """As the system does to a process that is out of memory: one child of the pool, not the worker."""
        if running and POISON in str(body):
            worker = running[0].platform.child("worker")
            for child in find_children(worker or 0):
                os.kill(child, signal.SIGKILL)

    with (
        FakeProvider(latency=0.3, on_request=take_down) as fake,
        run_judged(tmp_path, fake, tasks=TASKS, calls=CALLS) as judged,
    ):
        running.append(judged)
        judged.wait_for_verdicts(TASKS - 1)
        judged.wait_for_state("quarantined", 1)
        [poisoned] = list_attempts("quarantined")
        assert Generation.objects.get(tasks=poisoned.task).text == POISON
        assert poisoned.losses == 3
        assert Annotation.objects.values("task").distinct().count() == TASKS - 1
        assert max(Attempt.objects.filter(state="done").values_list("losses", flat=True)) <= 2
        assert wait_until(Run.objects.filter(pk=judged.run.pk, state="finished").exists, seconds=30)
