"""manage.py report: how far people, judges and metrics agree in a project."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any  # options come from argparse

from django.core.management.base import CommandError

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from evalplatform.reports.folder import write_report
from evalplatform.reports.snapshots.freeze import freeze_report
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from evalplatform.reports.words.console import print_headline
from evalplatform.reports.words.gaps import describe_gaps


class Command(LedgerCommand):
    help = "Print how far people, judges and metrics agree in a project."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the project")
        parser.add_argument("--criterion", help="only this criterion")
        parser.add_argument("--json", action="store_true", help="print every field of every figure as JSON")
        parser.add_argument("--all", action="store_true", help="every figure, not only the headline")
        parser.add_argument(
            "--freeze", action="store_true", help="keep the figures for good, and print the report's id"
        )
        parser.add_argument(
            "--out", type=Path, metavar="DIR", help="write results.json and the pictures there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"], archived_at=None).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']!r}.")
        wanted = Wanted(is_full=options["all"], criterion=options["criterion"])
        try:
            if options["freeze"]:
                self.stdout.write(str(freeze_report(project=project, wanted=wanted).public_id))
                return
            snapshot = take_snapshot(project=project, wanted=wanted)
        except PlatformError as error:
            raise CommandError(error.detail) from None
        if options["out"]:
            for path in write_report(snapshot, options["out"]):
                self.stderr.write(str(path))
        if options["json"]:
            self.stdout.write(snapshot.to_bytes().decode())
        elif not options["out"]:
            width = max(shutil.get_terminal_size((140, 40)).columns, 100)
            gaps = describe_gaps(project=project)
            self.stdout.write(print_headline(snapshot, width=width, gaps=gaps))
