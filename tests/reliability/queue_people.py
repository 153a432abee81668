"""People of one process who claim, answer, skip, dawdle and press twice, each in its own way."""

import random
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from annotations.domain.queue.claim import claim_assignment
from annotations.domain.queue.leases import skip_assignment
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import Annotation, Assignment, AssignmentState, Rater
from evalplatform.common.clock import database_now
from evalplatform.common.errors import Conflict, Exhausted

THREADS = 8  # each with a connection of its own
PATIENCE = 90.0
TRIES = 5
PAUSE = 0.3  # the platform asks for seconds; who asks without pause only keeps others from the database

Done = TypeVar("Done")


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


def insist(work: Callable[[], Done]) -> Done:
    """What a client does with a 503: the same again, while the database is too busy to give a lock in time."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            time.sleep(PAUSE)
    return work()


def _run(raters: list[int], barrier: threading.Barrier, failures: list[str]) -> None:
    try:
        people = list(Rater.objects.filter(pk__in=raters).order_by("pk"))
        first = [assignment for person in people if (assignment := _claim(person))]
        barrier.wait(PATIENCE)
        _work(first, people[0])
    except Exception:  # noqa: BLE001 - told to the test, word for word
        failures.append(traceback.format_exc())
        barrier.abort()
    finally:
        connection.close()


def _claim(rater: Rater) -> Assignment | None:
    """A lease; None while others hold the rest."""
    try:
        return insist(lambda: claim_assignment(rater=rater))
    except Exhausted:
        return None


def _work(first: list[Assignment], person: Rater) -> None:
    """See to everybody's first task; then one of them goes on until nothing is left, also of what others hold."""
    dice = random.Random(person.pk)
    late = [assignment for assignment in first if _handle(assignment, dice.random())]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            assignment = insist(lambda: claim_assignment(rater=person))
        except Exhausted:
            time.sleep(PAUSE)
            continue
        if assignment is None:
            break
        if _handle(assignment, dice.random()):
            late.append(assignment)
    else:
        raise TimeoutError("there is still work, and nobody gives it back")
    for assignment in late:
        _answer_late(assignment)


def _handle(assignment: Assignment, mood: float) -> bool:
    """Answer, press twice, skip, or let the lease run out; returns whether it will be answered too late."""
    if mood < 0.05:
        insist(lambda: skip_assignment(assignment=assignment, reason="cannot judge"))
    elif mood < 0.15:
        Assignment.objects.filter(pk=assignment.pk).update(expires_at=database_now())
        return True
    else:
        _answer(assignment)
        if mood < 0.4:
            _answer(assignment)
    return False


def _answer(assignment: Assignment) -> None:
    insist(
        lambda: record_annotation(
            assignment=assignment,
            ratings={"overall": "first"},
            seconds=1.0,
            client_key=str(assignment.public_id),
        )
    )


def _answer_late(assignment: Assignment) -> None:
    """Refused only where the same person met the task again meanwhile, and has answered or skipped it."""
    try:
        _answer(assignment)
    except Conflict:
        same = {"task": assignment.task_id, "rater": assignment.rater_id}
        skipped = Assignment.objects.filter(**same, state=AssignmentState.SKIPPED)
        if not (skipped.exists() or Annotation.objects.filter(**same, is_current=True).exists()):
            raise
