from argparse import ArgumentParser
from decimal import Decimal
from typing import Any  # Django passes options by name

from django.core.management.base import CommandError

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.choosing.concluding import conclude_choice, list_candidates
from judges.engine.choosing.order import Order
from judges.engine.choosing.starting import forecast_choice, start_choice
from judges.engine.ledger.control import conclude_run, resume_run
from judges.management.choice_words import describe_choice, describe_choice_forecast
from judges.management.commands.add_judge import find_connection, read_setting
from judges.management.commands.judge import describe_progress
from judges.management.working import work_to_the_end
from judges.models import ChoiceState, PromptChoice, RunState


class Command(LedgerCommand):
    help = (
        "Let several prompts judge labelled tasks that are kept out of all figures, and make a judge with the best."
        " The same command again goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("name", help="of the judge that comes of it")
        parser.add_argument(
            "--prompts", nargs="+", required=True, metavar="PROMPT", help="mine@1 mine@2 helpfulness"
        )
        parser.add_argument("--connection", required=True)
        parser.add_argument("--model", required=True)
        parser.add_argument(
            "--labels-by", default="people", help="who is right: people, people:expert, reference:gold"
        )
        parser.add_argument("--criterion", default="", help="left out: the only one that has labels")
        parser.add_argument("--share", type=float, default=0.2, help="of the items, kept for the choice")
        parser.add_argument("--seed", type=int, default=0, help="draws those items")
        parser.add_argument(
            "--budget", type=Decimal, help="at most so many USD, an equal part for each candidate"
        )
        parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a parameter")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what it would come to, and start nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        try:
            order = _read_order(project, options)
            if options["dry_run"]:
                self.stdout.write(describe_choice_forecast(forecast_choice(project=project, order=order)))
                return
            choice = self._work(start_choice(project=project, order=order, wake=False))
        except PlatformError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(describe_choice(choice))
        if choice.state != ChoiceState.CHOSEN:
            raise CommandError("No prompt is chosen yet: the same command again goes on.")

    def _work(self, choice: PromptChoice) -> PromptChoice:
        """Every candidate's run to its end, one after another; a run that pauses ends the round."""
        if choice.state != ChoiceState.JUDGING:
            return choice
        for candidate in list_candidates(choice):
            if candidate.run.state == RunState.PAUSED:
                resume_run(run=candidate.run)
            conclude_run(run_id=candidate.run_id)  # it may have nothing to ask
            progress = work_to_the_end(candidate.run)
            self.stdout.write(f"{candidate.prompt}: {describe_progress(progress)}")
            if progress.state == RunState.PAUSED:
                break
        return conclude_choice(choice_id=choice.pk)


def _read_order(project: Project, options: dict[str, Any]) -> Order:
    connection = find_connection(project, options["connection"])
    if connection is None:
        raise CommandError("--connection is wanted.")
    return Order(
        name=options["name"],
        prompts=tuple(options["prompts"]),
        connection=connection,
        model=options["model"],
        parameters=dict(map(read_setting, options["set"])),
        labels_by=options["labels_by"],
        criterion=options["criterion"],
        share=options["share"],
        seed=options["seed"],
        budget=options["budget"],
    )
