"""`manage.py reset_second_factor NAME`"""

from argparse import ArgumentParser
from typing import Any  # Django's signature

from django.core.management.base import CommandError

from evalplatform.accounts.models import User
from evalplatform.accounts.second_factor import reset_second_factor
from evalplatform.common.ledger_command import LedgerCommand


class Command(LedgerCommand):
    help = (
        "Turn somebody's second factor off, who has lost the app and the recovery codes; ends their sessions."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="user name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"], erased_at=None).first()
        if user is None:
            raise CommandError(f"There is no account {options['name']!r}.")
        if not reset_second_factor(user=user):
            raise CommandError(f"The account {user.username!r} has no second factor.")
        self.stdout.write("The second factor is off, and the account is signed out everywhere.")
