from argparse import ArgumentParser
from typing import Any  # Django passes options by name

from django.core.management.base import CommandError

from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.versions.probing import probe_connection
from judges.models import Connection
from judges.providers.capabilities import describe_capabilities


class Command(LedgerCommand):
    help = "Find out by a few tiny calls what a model can be asked for, and keep it with its connection."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="of a connection that belongs to no single person")
        parser.add_argument("--model", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        connection = Connection.objects.filter(owner=None, name=options["name"]).first()
        if connection is None:
            raise CommandError(f"There is no connection {options['name']}.")
        self.stdout.write(describe_probe(connection, options["model"]))


def describe_probe(connection: Connection, model: str) -> str:
    """What a probe found, a line for each capability. Raises CommandError where the model does not answer."""
    try:
        found = probe_connection(connection=connection, model=model)
    except PlatformError as error:
        raise CommandError(f"{model} could not be probed: {error.detail}") from None
    lines = [f"  {name}: {word}" for name, word in describe_capabilities(found).items()]
    return "\n".join([f"{model} at {connection.name}:", *lines])
