from argparse import ArgumentParser
from typing import Any  # Django passes options by name

import orjson
from django.core.management.base import BaseCommand, CommandError

from judges.models import Judge
from judges.queries.revised_answers import list_revised


class Command(BaseCommand):
    help = (
        "Answers as a judge under principles revised them, as lines of a batch: submitted, they are answers of"
        " another system, which people and judges rate beside the ones that were revised."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("judge", help="its name")

    def handle(self, *args: Any, **options: Any) -> None:
        judges = Judge.objects.select_related("rater")
        judge = judges.filter(project__slug=options["slug"], rater__name=options["judge"]).first()
        if judge is None:
            raise CommandError(f"Project {options['slug']} has no judge named {options['judge']}.")
        if not judge.parameters.get("principles"):
            raise CommandError(f"{options['judge']} goes by no principles, so it revises nothing.")
        for line in list_revised(judge):
            self.stdout.write(orjson.dumps(line).decode())
