"""Write a project as a study folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any  # Django passes a command's options as a mixed dict

from django.core.management.base import CommandError

from annotations.domain.studies.export_study import export_study
from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand


class Command(LedgerCommand):
    help = "Write a project as a study folder: manifest, items, generations and ratings as JSON lines."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", metavar="SLUG", help="slug of the project")
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder to write; made if need be")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']!r}.")
        try:
            counts = export_study(project=project, folder=options["folder"])
        except PlatformError as error:
            raise CommandError(error.detail) from None
        lines = ", ".join(f"{count} {stem}" for stem, count in counts.items())
        self.stdout.write(f"{options['folder']}: {lines}.")
