from argparse import ArgumentParser
from decimal import Decimal
from typing import Any, TypedDict  # Django passes options by name
from uuid import UUID

from django.core.management.base import CommandError

from annotations.queries.task_ids import find_task_ids
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.batches.lane import step_due_batches
from judges.engine.planning.forecast import forecast_run
from judges.engine.planning.plan import plan_run
from judges.engine.versions.capable import tell_of_loss
from judges.management.forecast_words import describe_forecast
from judges.management.working import work_to_the_end
from judges.models import Judge, Lane, Run
from judges.queries.cases import CASE
from judges.queries.progress import RunProgress
from judges.queries.revisions import CriterionEffect


class Bounds(TypedDict):
    """How much of the project a run may take, in terms of `plan_run` and `forecast_run`."""

    only: list[int] | None
    limit: int | None
    budget: Decimal | None
    repeats: int | None
    repeat_tasks: int | None


class Command(LedgerCommand):
    help = "Let a judge rate a project here and now: the same engine as the workers', in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("--judge", required=True, help="its name")
        parser.add_argument("--limit", type=int, help="at most so many tasks")
        parser.add_argument(
            "--tasks", type=UUID, nargs="+", metavar="ID", help="the tasks that it may be; left out: all"
        )
        parser.add_argument(
            "--lane", choices=Lane.values, default=Lane.LIVE, help="batch: within a day, and cheaper"
        )
        parser.add_argument("--budget", type=Decimal, help="at most so many USD")
        parser.add_argument("--repeats", type=int, help="ask some tasks so often; 1: once")
        parser.add_argument(
            "--no-reuse", action="store_true", help="ask even what the project has an answer to"
        )
        parser.add_argument("--repeat-tasks", type=int, help="how many tasks that is, drawn by seed")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what the run would come to, and start nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        judge = _find_judge(options["slug"], options["judge"])
        bounds: Bounds = {
            "only": _read_tasks(judge, options["tasks"]),
            "limit": options["limit"],
            "budget": options["budget"],
            "repeats": options["repeats"],
            "repeat_tasks": options["repeat_tasks"],
        }
        if options["dry_run"]:
            self.stdout.write(describe_forecast(forecast_run(judge=judge, **bounds)))
            return
        waiting = step_due_batches(judge=judge)
        try:
            run = plan_run(
                project=judge.project,
                judge=judge,
                lane=options["lane"],
                reuse=not options["no_reuse"],
                wake=False,
                **bounds,
            )
        except PlatformError as error:
            raise CommandError(error.detail) from None
        if run.attempts.exists():
            self._work(run)
            return
        if waiting:
            self.stdout.write(f"Batches of this judge at its provider: {waiting}. Ask again later.")
        self.stdout.write(
            f"There is nothing for this judge to rate in {options['slug']}: no open task fits it."
        )

    def _work(self, run: Run) -> None:
        if words := describe_repeats(run):
            self.stdout.write(words)
        progress = work_to_the_end(run)
        self.stdout.write(describe_progress(progress))
        if loss := tell_of_loss(run.judge.parameters):
            self.stdout.write(loss)
        if not progress.done:
            raise CommandError("No verdict came of this run.")


def _find_judge(slug: str, name: str) -> Judge:
    held = Judge.objects.select_related("project", "rater", "connection", "prompt")
    judge = held.filter(project__slug=slug, rater__name=name).first()
    if judge is None:
        raise CommandError(f"Project {slug} has no judge named {name}.")
    return judge


def _read_tasks(judge: Judge, named: list[UUID] | None) -> list[int] | None:
    try:
        return None if named is None else find_task_ids(project=judge.project, public_ids=named)
    except PlatformError as error:
        raise CommandError(error.detail) from None


def describe_repeats(run: Run) -> str:
    """How many verdicts are asked for to learn the judge's own noise; empty where none are."""
    again = run.attempts.filter(repeat__gt=0)
    tasks, cases = (again.values(*names).distinct().count() for names in (["task"], CASE))
    if not cases:
        return ""
    return (
        f"{tasks} tasks are asked {run.repeats} times, {cases} verdicts more, so that the judge's own noise is known"
        " (--repeats 1: not)."
    )


def describe_progress(progress: RunProgress) -> str:
    """What came of a run, in a few lines."""
    lines = [f"{progress.done} of {progress.total} verdicts, {progress.state}."]
    if progress.pause_reason:
        lines.append(progress.pause_reason)
    lines += [f"  failed, {reason}: {count}" for reason, count in progress.failed.items()]
    lines += [f"  no value, {reason}: {count}" for reason, count in progress.absent.items()]
    if progress.revision is not None:
        lines += [_describe_effect(key, effect) for key, effect in progress.revision.criteria.items()]
    cost = "price unknown" if progress.spent is None else f"{progress.spent:.4f} USD"
    if progress.estimated:
        cost += f", {progress.estimated:.4f} USD of it for calls whose answer was lost"
    return "\n".join([*lines, f"  {progress.tokens_in} tokens in, {progress.tokens_out} out, {cost}"])


def _describe_effect(key: str, found: CriterionEffect) -> str:
    limits = "" if found.low is None else f", 95% {found.low:+.3f} to {found.high:+.3f}"
    return f"  revision, {key}: {found.first:.3f} to {found.second:.3f} ({found.effect:+.3f}{limits}, n {found.n})"
