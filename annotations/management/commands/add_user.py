"""`manage.py add_user NAME --role R --project S [--token]`"""

from argparse import ArgumentParser
from typing import Any  # Django's signature

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotations.domain.members import add_member
from annotations.models import Project, Role
from annotations.queries.open_slots import has_open_slots
from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.people import ensure_user
from evalplatform.accounts.tokens import create_api_token

EMBEDDED_ADDRESS = "http://127.0.0.1:8000"  # where `manage.py up` answers unless told otherwise


class Command(BaseCommand):
    help = "Add a user to a project; prints a one-time sign-in link and, with --token, an API token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="User name; an account is made where there is none.")
        parser.add_argument("--role", required=True, choices=Role.values, help="what the user may do there")
        parser.add_argument("--project", required=True, metavar="SLUG", help="the project to join")
        parser.add_argument("--token", action="store_true", help="Make an API token too.")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"], archived_at=None).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']!r}.")
        user = ensure_user(username=options["name"])
        add_member(project=project, user=user, role=Role(options["role"]))
        self.stdout.write(f"{user.username} is {options['role']} in {project.slug}.")
        if options["role"] == Role.RATER and not has_open_slots(project=project):
            self.stdout.write(
                f"There is nothing to rate in {project.slug} yet: no place is open for people."
                " Import with --overlap N to open N places a task."
            )
        link = f"/sign-in/{create_sign_in_link(user=user)}/"
        if settings.EMBEDDED:
            self.stdout.write(f"Sign-in link (once, 24 hours): {EMBEDDED_ADDRESS}{link}")
            self.stdout.write("The port may differ: `manage.py up` says where it runs.")
        else:
            self.stdout.write(f"Sign-in link (once, 24 hours): {link}")
        if options["token"]:
            _, secret = create_api_token(user=user, name="made by add_user")
            self.stdout.write(f"API token (shown once): {secret}")
