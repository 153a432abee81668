"""`manage.py erase_user NAME --yes`"""

from argparse import ArgumentParser
from typing import Any  # Django's signature

from django.core.management.base import CommandError

from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict
from evalplatform.common.ledger_command import LedgerCommand
from evalplatform.home.leaving import leave_platform


class Command(LedgerCommand):
    help = "Erase an account for good: its answers stay, under a number that leads back to nobody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")
        parser.add_argument("--yes", action="store_true", help="It cannot be undone.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"], erased_at=None).first()
        if user is None:
            raise CommandError(f"There is no account {options['name']!r}.")
        if not options["yes"]:
            raise CommandError("This cannot be undone: say --yes.")
        try:
            leave_platform(user=user, actor=None)
        except Conflict as error:
            raise CommandError(error.detail) from None
        self.stdout.write("The account is erased.")
