from argparse import ArgumentParser
from decimal import Decimal
from typing import Any  # Django passes options by name

from django.core.management.base import CommandError

from annotations.domain.planning.prioritise import prioritise_tasks
from annotations.models import Project, Task
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.cascades import CascadeStudy, Terms, fill_cascade, form_cascade, study_cascade
from judges.engine.cascades.foreseeing import forecast_cascade
from judges.engine.cascades.starting import start_cascade
from judges.engine.cascades.stepping import step_cascade
from judges.management.cascade_words import describe_forecast, describe_study, describe_work
from judges.management.working import work_to_the_end
from judges.models import CascadeRun, Run, RunState


class Command(LedgerCommand):
    help = (
        "Find from which confidence on a cheap judge may decide alone, then a dear one; people have the rest."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument(
            "--cheap", required=True, metavar="JUDGE", help="judge or panel that states confidences"
        )
        parser.add_argument(
            "--dear", required=True, metavar="JUDGE", help="asked where the cheap one is not sure"
        )
        parser.add_argument(
            "--bound", type=float, required=True, help="share of what a judge keeps that may be wrong"
        )
        parser.add_argument("--delta", type=float, default=0.1, help="probability with which that may fail")
        parser.add_argument(
            "--criterion", default="", help="left out: the only one that the cheap judge decides"
        )
        parser.add_argument(
            "--labels", default="people", help="who is right: people, people:expert, reference:gold"
        )
        parser.add_argument(
            "--calibration-share", type=float, default=0.5, help="of the items, kept out of all figures"
        )
        parser.add_argument("--seed", type=int, default=0, help="draws those items")
        parser.add_argument(
            "--prices", type=float, nargs=3, default=(0.0, 0.0, 0.0), metavar=("CHEAP", "DEAR", "PEOPLE")
        )
        parser.add_argument("--name", help="of a rater that gives the cascade's verdicts on all other items")
        parser.add_argument(
            "--start", action="store_true", help="call the judges, here and now, for what they have not said"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what --start would come to, and start nothing"
        )
        parser.add_argument("--budget", type=Decimal, help="at most so many USD for both judges")
        parser.add_argument(
            "--places",
            type=int,
            default=0,
            help="people wanted on each task that needs them; 0: none are asked",
        )
        parser.add_argument("--people-price", type=Decimal, help="USD a task that people decide")
        parser.add_argument(
            "--priority", type=int, help="deal what is left to people first; makes the project exploratory"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        terms = Terms(
            cheap=options["cheap"],
            dear=options["dear"],
            bound=options["bound"],
            delta=options["delta"],
            criterion=options["criterion"],
            labels_by=options["labels"],
            calibration_share=options["calibration_share"],
            seed=options["seed"],
        )
        try:
            if options["start"] or options["dry_run"]:
                self._start(project, terms, options)
                return
            study = study_cascade(project=project, terms=terms, prices=tuple(options["prices"]))
            for line in describe_study(study):
                self.stdout.write(line)
            if options["name"]:
                self._store(project, options["name"], terms)
            if options["priority"] is not None:
                self._prioritise(project, study, options["priority"])
        except PlatformError as error:
            raise CommandError(error.detail) from None

    def _start(self, project: Project, terms: Terms, options: dict[str, Any]) -> None:
        price = options["people_price"]
        if options["dry_run"]:
            told = forecast_cascade(project=project, terms=terms, people_price=price)
            self.stdout.write(describe_forecast(told))
            return
        if not options["name"]:
            raise CommandError("--name is wanted: a cascade at work has a rater.")
        run = start_cascade(
            project=project,
            name=options["name"],
            terms=terms,
            budget=options["budget"],
            places=options["places"],
            people_price=price,
            wake=False,
        )
        _work_through(run)
        self.stdout.write(describe_work(run))
        if run.state != RunState.FINISHED:
            raise CommandError("The cascade is not at its end.")

    def _store(self, project: Project, name: str, terms: Terms) -> None:
        written = fill_cascade(cascade=form_cascade(project=project, name=name, terms=terms))
        self.stdout.write(
            f"Panel {name}: {written.new} verdicts new, {written.superseded} changed, {written.retracted} taken back,"
            f" {written.unchanged} as they were; none on calibration items."
        )

    def _prioritise(self, project: Project, study: CascadeStudy, priority: int) -> None:
        ids = list(Task.objects.filter(pk__in=study.left_to_people).values_list("public_id", flat=True))
        moved = prioritise_tasks(project=project, task_ids=ids, priority=priority, actor=None) if ids else 0
        self.stdout.write(f"{moved} tasks left to people have priority {priority}.")


def _work_through(run: CascadeRun) -> None:
    """Take the cascade from stage to stage until it is over or stands."""
    while True:
        step_cascade(run_id=run.pk, wake=False)
        run.refresh_from_db()
        going = (
            Run.objects.filter(stage__cascade_run=run, state=RunState.RUNNING)
            .select_related("judge__rater")
            .first()
        )
        if going is None:
            return
        work_to_the_end(going)
