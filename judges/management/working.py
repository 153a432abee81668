"""Working on a run in this process, with a bar that shows how far it is."""

import signal
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from judges.engine.batches.lane import step_due_batches
from judges.engine.lanes import work_in_lane
from judges.engine.ledger.control import conclude_run, pause_run
from judges.engine.ledger.leases import release_shard, take_shard
from judges.engine.running.limits import Limits
from judges.models import Run, RunState
from judges.queries.progress import RunProgress, read_progress

ROUND_SECONDS = 3600.0
PAUSE = 0.5


def work_to_the_end(run: Run) -> RunProgress:
    """Work on the run until nothing is left to do or somebody stops it, which pauses it."""
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    earlier = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _open_bar() as bar:
            shown = bar.add_task(run.judge.rater.name, total=read_progress(run).total)
            while Run.objects.get(pk=run.pk).state == RunState.RUNNING and not stopped:
                _work_once(run, Limits(ROUND_SECONDS, lambda: stopped, lambda n: bar.advance(shown, n)))
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
    if stopped:
        pause_run(run=run, reason="Stopped by hand.")
    run.refresh_from_db()
    return read_progress(run)


def _work_once(run: Run, limits: Limits) -> None:
    lease = take_shard(run_id=run.pk, number=0)
    if lease is not None:
        try:
            work_in_lane(lease=lease, limits=limits)
        finally:
            release_shard(lease=lease)
        step_due_batches(judge=run.judge)
        conclude_run(run_id=run.pk)
    time.sleep(PAUSE if Run.objects.get(pk=run.pk).state == RunState.RUNNING else 0)


def _open_bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))
