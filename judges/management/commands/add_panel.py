from argparse import ArgumentParser
from typing import Any  # Django passes options by name

from django.core.management.base import CommandError

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.panels import fill_panel, form_panel
from judges.models import Panel, Weighting
from judges.queries.panels import read_weights


class Command(LedgerCommand):
    help = "Let several judges speak as one rater, from the verdicts that they have given. Again: bring it up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("name", help="of the panel")
        parser.add_argument(
            "--members",
            nargs="+",
            required=True,
            metavar="JUDGE",
            help="judges or metrics, imported ones too",
        )
        parser.add_argument("--weights", default=Weighting.EQUAL, choices=Weighting.values)
        parser.add_argument(
            "--labels",
            default="people",
            help="whose labels teach the weights: people, people:expert, reference:gold",
        )
        parser.add_argument(
            "--quorum", type=int, help="members that must have spoken on a task; left out: all"
        )
        parser.add_argument("--seed", type=int, default=0, help="deals the items into folds")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        try:
            panel = form_panel(
                project=project,
                name=options["name"],
                members=options["members"],
                weights=options["weights"],
                labels_by=options["labels"],
                quorum=options["quorum"],
                seed=options["seed"],
            )
            written = fill_panel(panel=panel)
        except PlatformError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(f"Panel {panel.rater.name} of {project.slug}, content {panel.content_hash[:12]}.")
        for line in describe_weights(panel):
            self.stdout.write(line)
        self.stdout.write(
            f"{written.new} verdicts new, {written.superseded} changed, {written.retracted} taken back,"
            f" {written.unchanged} as they were."
        )


def describe_weights(panel: Panel) -> list[str]:
    """Each member's mean weight, a line a criterion."""
    return [
        f"  {criterion}: " + ", ".join(f"{member} {weight:.2f}" for member, weight in weights.items())
        for criterion, weights in read_weights(panel).items()
    ]
