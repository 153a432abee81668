"""manage.py report: how far people, judges and metrics agree in a project."""

import sys
from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any  # options come from argparse

from django.core.management.base import BaseCommand, CommandError

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.reports.brief import pair_lines
from evalplatform.reports.folder import write_report
from evalplatform.reports.snapshot import Snapshot, Wanted, take_snapshot


class Command(BaseCommand):
    help = "Print how far people, judges and metrics agree in a project."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the project")
        parser.add_argument("--criterion", help="only this criterion")
        parser.add_argument("--json", action="store_true", help="print every field of every figure as JSON")
        parser.add_argument("--all", action="store_true", help="every figure, not only the headline")
        parser.add_argument(
            "--out", type=Path, metavar="DIR", help="write results.json and the pictures there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"], archived_at=None).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']!r}.")
        wanted = Wanted(is_full=options["all"], criterion=options["criterion"])
        try:
            snapshot = take_snapshot(project=project, wanted=wanted)
        except PlatformError as error:
            raise CommandError(error.detail) from None
        if options["out"]:
            for path in write_report(snapshot, options["out"]):
                self.stderr.write(str(path))
        if options["json"]:
            self.stdout.write(snapshot.to_bytes().decode())
        elif not options["out"]:
            self._print_tables(project, snapshot)

    def _print_tables(self, project: Project, snapshot: Snapshot) -> None:
        from rich.console import Console
        from rich.table import Table

        console = Console(file=self.stdout, width=None if sys.stdout.isatty() else 140)
        if project.simulated or any("simulated" in row.raters for row in snapshot.rows):
            console.print(
                "SIMULATED raters are shown under their own name; they are in no figure called people."
            )
        if not snapshot.rows:
            console.print("Nothing to report yet: no answer has been rated.")
        for name, rows in groupby(snapshot.rows, key=lambda row: row.criterion):
            table = Table(title=f"{project.slug}: {name}", title_justify="left")
            for heading in (
                "raters",
                "figure",
                "system",
                "estimate",
                "95 %, other items",
                "other raters too",
                "n",
            ):
                table.add_column(heading, justify="right" if heading in ("estimate", "n") else "left")
            for line in pair_lines(row for row in rows if not row.slice):
                cells = (line.raters, line.figure, line.row.system or "", line.estimate)
                table.add_row(
                    *cells, line.interval, line.population_interval, f"{line.row.n} {line.row.n_unit}"
                )
            console.print(table)
        console.print(
            f"inputs {snapshot.inputs_hash[:12]}, code {snapshot.code_version}, seed {snapshot.seed}"
        )
