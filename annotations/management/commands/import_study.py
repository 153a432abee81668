"""Make a project from a study folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any  # Django passes a command's options as a mixed dict

from django.core.management.base import CommandError

from annotations.domain.studies.import_study import ImportedStudy, import_study
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand


class Command(LedgerCommand):
    help = "Make a project from a study folder (manifest, items, generations, ratings); all or nothing."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the study folder")
        parser.add_argument("--project", required=True, metavar="SLUG", help="slug of the new project")
        parser.add_argument("--partial", action="store_true", help="leave bad lines out and say which")
        parser.add_argument(
            "--overlap",
            type=int,
            default=0,
            metavar="N",
            help="open N places a task for people (default: none)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            study = import_study(
                folder=options["folder"],
                slug=options["project"],
                partial=options["partial"],
                overlap=options["overlap"],
            )
        except PlatformError as error:
            places = [f"  {fault}" for fault in error.faults[:100]] if len(error.faults) > 1 else []
            raise CommandError("\n".join([error.detail, *places])) from None
        self._report(study, overlap=options["overlap"])

    def _report(self, study: ImportedStudy, *, overlap: int) -> None:
        if not study.is_new:
            self.stdout.write(f"{study.project.slug} came of this folder already; nothing to do.")
            return
        counts = ", ".join(f"{count} {what}" for what, count in study.counts.items())
        self.stdout.write(f"{study.project.slug}: {counts}.")
        for file, count in study.left_out.items():
            self.stdout.write(f"Left out of {file}: {count} {'line' if count == 1 else 'lines'}.")
        for fault in study.faults:
            self.stdout.write(f"  {fault}")
        if sum(study.left_out.values()) > len(study.faults):
            self.stdout.write("  ... (the first hundred are shown)")
        self._say_next(study, overlap=overlap)

    def _say_next(self, study: ImportedStudy, *, overlap: int) -> None:
        if study.ratable:
            rest = "" if study.ratable == study.tasks else " (the rest lack a text)"
            self.stdout.write(f"{study.ratable} of {study.tasks} tasks can be rated{rest}.")
        elif overlap:
            self.stdout.write("People cannot rate here: no task has a text.")
        else:
            self.stdout.write("People cannot rate here: import with --overlap N to open N places a task.")
        self.stdout.write("Next, a link to its pages:")
        self.stdout.write(f"  manage.py add_user NAME --role researcher --project {study.project.slug}")
