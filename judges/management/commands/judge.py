import asyncio
import signal
import time
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any  # Django passes options by name

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evalplatform.common.errors import PlatformError
from judges.engine.control import conclude_run, pause_run
from judges.engine.leases import release_shard, take_shard
from judges.engine.loop import Limits, work_on_shard
from judges.engine.plan import plan_run
from judges.models import Judge, Run, RunState
from judges.queries.progress import RunProgress, read_progress

ROUND_SECONDS = 3600.0
PAUSE = 0.5


class Command(BaseCommand):
    help = "Let a judge rate a project here and now: the same engine as the workers', in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("--judge", required=True, help="its name")
        parser.add_argument("--limit", type=int, help="at most so many tasks")
        parser.add_argument("--budget", type=Decimal, help="at most so many USD")

    def handle(self, *args: Any, **options: Any) -> None:
        judge = (
            Judge.objects.select_related("project", "rater", "connection", "prompt")
            .filter(project__slug=options["slug"], rater__name=options["judge"])
            .first()
        )
        if judge is None:
            raise CommandError(f"Project {options['slug']} has no judge named {options['judge']}.")
        try:
            run = plan_run(
                project=judge.project,
                judge=judge,
                limit=options["limit"],
                budget=options["budget"],
                wake=False,
            )
        except PlatformError as error:
            raise CommandError(error.detail) from None
        if not run.attempts.exists():
            self.stdout.write(
                f"There is nothing for this judge to rate in {options['slug']}: no open task fits it."
            )
            return
        progress = _work_to_the_end(run)
        self.stdout.write(describe_progress(progress))
        if not progress.done:
            raise CommandError("No verdict came of this run.")


def _work_to_the_end(run: Run) -> RunProgress:
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
            asyncio.run(work_on_shard(lease=lease, limits=limits))
        finally:
            release_shard(lease=lease)
        conclude_run(run_id=run.pk)
    time.sleep(PAUSE if Run.objects.get(pk=run.pk).state == RunState.RUNNING else 0)


def _open_bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def describe_progress(progress: RunProgress) -> str:
    """What came of a run, in a few lines."""
    lines = [f"{progress.done} of {progress.total} verdicts, {progress.state}."]
    if progress.pause_reason:
        lines.append(progress.pause_reason)
    lines += [f"  failed, {reason}: {count}" for reason, count in progress.failed.items()]
    lines += [f"  no value, {reason}: {count}" for reason, count in progress.absent.items()]
    cost = "price unknown" if progress.spent is None else f"{progress.spent:.4f} USD"
    if progress.estimated:
        cost += f", {progress.estimated:.4f} USD of it for calls whose answer was lost"
    return "\n".join([*lines, f"  {progress.tokens_in} tokens in, {progress.tokens_out} out, {cost}"])
