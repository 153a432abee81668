import os
from argparse import ArgumentParser
from typing import Any  # Django passes options by name

from django.core.management.base import CommandError

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.versions.register import create_connection
from judges.management.commands.probe_connection import describe_probe
from judges.models import Provider


class Command(LedgerCommand):
    help = "Add an account at a provider. The key is read from an environment variable and stored encrypted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--provider", required=True, choices=Provider.values)
        parser.add_argument("--base-url", default="", help="empty: the provider's own address")
        parser.add_argument(
            "--project",
            action="append",
            default=[],
            metavar="SLUG",
            help="grant it to this project, may be repeated; left out: all projects may use it",
        )
        parser.add_argument(
            "--probe",
            action="append",
            default=[],
            metavar="MODEL",
            help="find out what this model can be asked for",
        )
        parser.add_argument("--key-env", help="name of the environment variable that holds the key")

    def handle(self, *args: Any, **options: Any) -> None:
        key = os.environ.get(options["key_env"], "") if options["key_env"] else ""
        if options["key_env"] and not key:
            raise CommandError(f"The environment variable {options['key_env']} is empty.")
        try:
            connection = create_connection(
                name=options["name"],
                provider=options["provider"],
                base_url=options["base_url"],
                key=key,
                projects=tuple(map(_find_project, options["project"])),
            )
        except PlatformError as error:
            raise CommandError(error.detail) from None
        ending = f", key ending in {connection.key_ending}" if connection.key_ending else ""
        self.stdout.write(f"Connection {connection.name} to {connection.provider}{ending}.")
        for model in options["probe"]:
            self.stdout.write(describe_probe(connection, model))


def _find_project(slug: str) -> Project:
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(f"There is no project {slug}.")
    return project
