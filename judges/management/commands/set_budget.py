from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any  # Django passes options by name

from django.core.management.base import CommandError

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.cascades.budgeting import set_cascade_budget
from judges.engine.money.budget import set_project_budget
from judges.models import Cascade


class Command(LedgerCommand):
    help = "Bound what all judge runs of a project together may spend, or both judges of a cascade at work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("amount", metavar="USD", help="spent by its runs in all, from the first on")
        parser.add_argument("--cascade", default="", metavar="NAME", help="only of this cascade at work")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        try:
            amount = Decimal(options["amount"])
            if options["cascade"]:
                self._bound_cascade(project, options["cascade"], amount)
                return
            budget = set_project_budget(project=project, amount=amount, actor=None)
        except InvalidOperation:
            raise CommandError(f"{options['amount']} is no amount.") from None
        except PlatformError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(
            f"Project {project.slug} may spend {budget.amount:.2f} USD on its judges;"
            f" {budget.spent:.2f} spent so far, {budget.reserved:.2f} set aside for calls under way."
        )

    def _bound_cascade(self, project: Project, name: str, amount: Decimal) -> None:
        cascade = Cascade.objects.select_related("project").filter(project=project, rater__name=name).first()
        if cascade is None:
            raise CommandError(f"There is no cascade {name}.")
        run = set_cascade_budget(cascade=cascade, amount=amount, actor=None)
        self.stdout.write(f"The judges of {name} may spend {run.budget:.2f} USD together.")
