"""`manage.py demo [--check]`: the whole platform on this machine, with data, in one command."""

import time
from argparse import ArgumentParser
from contextlib import suppress
from itertools import groupby
from typing import Any  # Django passes a command's options as a mixed dict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from annotations.models import Project
from evalplatform.common.errors import NotInstalled
from evalplatform.common.texts import show_controls
from evalplatform.demo.judging import start_judges, start_specimens
from evalplatform.demo.load import fill_with_simulated_raters, load_demo_project
from evalplatform.demo.personas import invite_personas
from evalplatform.demo.walk import list_missing
from evalplatform.management.commands.up import stop_on_signals
from evalplatform.management.supervisor import Supervisor, SupervisorError
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.snapshot import Snapshot, take_snapshot
from evalplatform.reports.words.sentences import write_sentences
from judges.engine.versions.local_install import install_local_model
from judges.models import Run, RunState
from judges.queries.progress import read_progress

PATIENCE = 120.0  # seconds for the baseline judges
SPECIMEN_PATIENCE = 60.0  # for the small local model, and as long again to fetch it
TICK = 0.2


class Command(BaseCommand):
    help = "Start the platform with a demonstration project, live judges and a sign-in link for each persona."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="verify everything, then stop; fails if anything is missing"
        )
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--port", type=int, help="port (default: 8000, or the next free one)")

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_signals()
        self.console = Console()
        try:
            with Supervisor(host=options["host"], port=options["port"]) as platform:
                self._run(platform, check=options["check"])
        except SupervisorError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            with suppress(OSError):  # the terminal may be gone
                self.console.print("Stopped. `make demo` goes on where this was.")
            if options["check"]:
                raise CommandError("Interrupted before the check was over.") from None

    def _run(self, platform: Supervisor, *, check: bool) -> None:
        project = load_demo_project()
        fill_with_simulated_raters(project=project)
        runs = start_judges(project=project)
        self._watch(runs, PATIENCE)
        specimens = self._show_specimens(project)
        snapshot = take_snapshot(project=project)
        self._print_headline(snapshot)
        links = invite_personas(project=project)
        if check:
            self._check(platform, project, links, runs, specimens, snapshot)
            return
        self._print_links(platform, links)
        platform.wait()

    def _show_specimens(self, project: Project) -> list[Run]:
        """A real but weak judge, where it can be had: the demonstration is whole without it."""
        if not settings.EVALPLATFORM_DEMO_LOCAL:
            return []
        try:
            install_local_model(patience=SPECIMEN_PATIENCE)
        except NotInstalled as error:
            self.console.print(f"{error.detail} The demonstration goes on without it.", markup=False)
            return []
        runs = start_specimens(project=project)
        self._watch(runs, SPECIMEN_PATIENCE)
        for run in runs:
            state = read_progress(run)
            said = f"The weak specimen {run.judge.rater.name} gave {state.done} of {state.total} verdicts."
            self.console.print(said, highlight=False, markup=False)
        return runs

    def _watch(self, runs: list[Run], patience: float) -> None:
        """Follow the judges at work until they are done, or patience ends: the rest goes on in the background."""
        columns = (TextColumn("{task.description:>20}"), BarColumn(), MofNCompleteColumn())
        deadline = time.monotonic() + patience
        with Progress(*columns, console=self.console) as progress:
            bars = {run: progress.add_task(f"judge {run.judge.rater.name}", total=None) for run in runs}
            while time.monotonic() < deadline:
                for run, bar in bars.items():
                    run.refresh_from_db(fields=["state", "pause_reason"])
                    state = read_progress(run)
                    progress.update(bar, total=state.total, completed=state.done)
                if all(run.state != RunState.RUNNING for run in runs):
                    return
                time.sleep(TICK)

    def _print_headline(self, snapshot: Snapshot) -> None:
        for criterion, rows in groupby(sorted(snapshot.rows, key=by_criterion), key=by_criterion):
            self.console.print(f"\n{show_controls(criterion)}", style="bold", markup=False)
            level, specimens = snapshot.levels.get(criterion), snapshot.specimens
            for sentence in write_sentences(list(rows), level=level, specimens=specimens):
                text = f"  {show_controls(sentence.text)}"
                self.console.print(text, highlight=False, soft_wrap=True, markup=False)

    def _print_links(self, platform: Supervisor, links: dict[str, str]) -> None:
        self.console.print(f"\nRunning at [bold]{platform.url}[/bold]. Each link signs in once:\n")
        for title, link in links.items():
            self.console.print(f"  {title:<11} {platform.url.rstrip('/')}{link}", soft_wrap=True)
        self.console.print("\nCtrl-C stops everything and loses nothing.")

    def _check(
        self,
        platform: Supervisor,
        project: Project,
        links: dict[str, str],
        runs: list[Run],
        specimens: list[Run],
        snapshot: Snapshot,
    ) -> None:
        missing = list_missing(url=platform.url, project=project, links=links, runs=runs, rows=snapshot.rows)
        missing += [f"the judge {run.judge.rater.name} gave no verdict" for run in specimens if is_stuck(run)]
        if missing:
            raise CommandError("The demonstration is not whole:\n- " + "\n- ".join(missing))
        self.console.print("The demonstration is whole: ratings, judges, figures, and every persona's pages.")


def is_stuck(run: Run) -> bool:
    """Whether a run has no verdict and is not getting one either; a slow machine is merely late."""
    return run.state != RunState.RUNNING and not read_progress(run).done


def by_criterion(row: Row) -> str:
    return row.criterion
