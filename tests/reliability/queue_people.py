"""People of one process who claim, answer, skip, dawdle and press twice, each in its own way."""

import random
import threading
import time
import traceback
from pathlib import Path

from django.db import connection

from annotations.domain.annotate import record_annotation
from annotations.domain.claim import claim_assignment
from annotations.domain.leases import skip_assignment
from annotations.models import Annotation, Assignment, Rater
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Exhausted

THREADS = 12  # each with a connection of its own
PATIENCE = 90.0
PAUSE = 0.3  # the platform asks for seconds; who asks without pause only keeps others from the database


def work_together(*, folder: Path, name: str, raters: list[int]) -> list[str]:
    """Both rounds for these raters, in step with the other processes; returns tracebacks."""
    failures: list[str] = []
    barrier = threading.Barrier(THREADS, action=lambda: meet(folder, f"claimed-{name}", "work"))
    shares = [raters[start::THREADS] for start in range(THREADS)]
    threads = [threading.Thread(target=_run, args=(share, barrier, failures)) for share in shares]
    meet(folder, f"ready-{name}", "claim")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def meet(folder: Path, here: str, go: str) -> None:
    """Say that this process is here, and wait for the test's word to go on."""
    (folder / here).touch()
    deadline = time.monotonic() + PATIENCE
    while not (folder / go).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody said {go}")
        time.sleep(0.002)


def _run(raters: list[int], barrier: threading.Barrier, failures: list[str]) -> None:
    try:
        people = list(Rater.objects.filter(pk__in=raters).order_by("pk"))
        for person in people:
            _claim(person)
        barrier.wait(PATIENCE)
        _drain(people)
    except Exception:  # noqa: BLE001 - told to the test, word for word
        failures.append(traceback.format_exc())
        barrier.abort()
    finally:
        connection.close()


def _claim(rater: Rater) -> Assignment | None:
    """A lease; None while others hold the rest."""
    try:
        return claim_assignment(rater=rater)
    except Exhausted:
        return None


def _drain(people: list[Rater]) -> None:
    """Take turns until nothing is left for anybody, also of what others still hold."""
    dice = random.Random(people[0].pk)
    late: list[Assignment] = []
    waiting = list(people)
    deadline = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < deadline:
        person = waiting.pop(0)
        try:
            assignment = claim_assignment(rater=person)
        except Exhausted:
            waiting.append(person)
            time.sleep(PAUSE)
            continue
        if assignment is not None:
            waiting.append(person)
            late += _handle(assignment, dice.random())
    for assignment in late:
        _answer_late(assignment)
    if waiting:
        raise TimeoutError(f"{len(waiting)} people still wait for work")


def _handle(assignment: Assignment, mood: float) -> list[Assignment]:
    """Answer, press twice, skip, or let the lease run out; returns what will be answered too late."""
    if mood < 0.05:
        skip_assignment(assignment=assignment, reason="cannot judge")
    elif mood < 0.15:
        Assignment.objects.filter(pk=assignment.pk).update(expires_at=database_now())
        return [assignment]
    else:
        _answer(assignment)
        if mood < 0.4:
            _answer(assignment)
    return []


def _answer(assignment: Assignment) -> None:
    record_annotation(
        assignment=assignment,
        ratings={"overall": "first"},
        seconds=1.0,
        client_key=str(assignment.public_id),
    )


def _answer_late(assignment: Assignment) -> None:
    """Refused only where the same person met the task again meanwhile, and has answered it."""
    try:
        _answer(assignment)
    except Conflict:
        if not Annotation.objects.filter(task=assignment.task_id, rater=assignment.rater_id, is_current=True):
            raise
