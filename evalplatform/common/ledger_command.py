"""Commands that read or write the ledger, which may be the very first thing that somebody types."""

from typing import Any  # Django passes a command's options as a mixed dict

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


class LedgerCommand(BaseCommand):
    """A command that lays the embedded database out where there is none yet, as `up` does.

    A database that is there is left as it is: bringing it up to date is for `up`, or for its operator.
    """

    def execute(self, *args: Any, **options: Any) -> str | None:
        if settings.EMBEDDED and not MigrationRecorder(connection).has_table():
            call_command("migrate", interactive=False, verbosity=0)
        return super().execute(*args, **options)
