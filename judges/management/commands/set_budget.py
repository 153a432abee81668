from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any  # Django passes options by name

from django.core.management.base import BaseCommand, CommandError

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from judges.engine.budget import set_project_budget


class Command(BaseCommand):
    help = "Bound what all judge runs of a project together may spend."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("amount", metavar="USD", help="spent by its runs in all, from the first on")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        try:
            amount = Decimal(options["amount"])
            budget = set_project_budget(project=project, amount=amount, actor=None)
        except InvalidOperation:
            raise CommandError(f"{options['amount']} is no amount.") from None
        except PlatformError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(
            f"Project {project.slug} may spend {budget.amount:.2f} USD on its judges;"
            f" {budget.spent:.2f} spent so far, {budget.reserved:.2f} set aside for calls under way."
        )
