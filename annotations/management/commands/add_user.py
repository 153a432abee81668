"""`manage.py add_user NAME (--role R --project S | --staff) [--token]`"""

from argparse import ArgumentParser
from typing import Any  # Django's signature

from django.conf import settings
from django.core.management.base import CommandError

from annotations.domain.projects.members import add_member
from annotations.models import Project, Role
from annotations.queries.open_slots import has_open_slots
from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.models import User
from evalplatform.accounts.people import ensure_user, make_staff
from evalplatform.accounts.tokens import create_api_token
from evalplatform.common.ledger_command import LedgerCommand

EMBEDDED_ADDRESS = "http://127.0.0.1:8000"  # where `manage.py up` answers unless told otherwise


class Command(LedgerCommand):
    help = "Add a user to a project, or make one staff; prints a one-time sign-in link and, with --token, a token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="User name; an account is made where there is none.")
        parser.add_argument("--role", choices=Role.values, help="what the user may do there")
        parser.add_argument("--project", metavar="SLUG", help="the project to join")
        parser.add_argument("--staff", action="store_true", help="The user may make projects.")
        parser.add_argument("--token", action="store_true", help="Make an API token too.")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["role"]) != bool(options["project"]) or not (options["role"] or options["staff"]):
            raise CommandError("Say --role and --project, or --staff for somebody who makes projects.")
        project = self._find_project(options["project"]) if options["project"] else None
        user = ensure_user(username=options["name"])
        if options["staff"]:
            make_staff(user=user)
            self.stdout.write(f"{user.username} may make projects.")
        if project is not None:
            self._add_member(project, user, Role(options["role"]))
        self._write_link(user)
        if options["token"]:
            _, secret = create_api_token(user=user, name="made by add_user")
            self.stdout.write(f"API token (shown once): {secret}")

    def _find_project(self, slug: str) -> Project:
        project = Project.objects.filter(slug=slug, archived_at=None).first()
        if project is None:
            raise CommandError(f"There is no project {slug!r}.")
        return project

    def _add_member(self, project: Project, user: User, role: Role) -> None:
        add_member(project=project, user=user, role=role)
        self.stdout.write(f"{user.username} is {role} in {project.slug}.")
        if role == Role.RATER and not has_open_slots(project=project):
            self.stdout.write(
                f"There is nothing to rate in {project.slug} yet: no place is open for people."
                " Import with --overlap N to open N places a task."
            )

    def _write_link(self, user: User) -> None:
        link = f"/sign-in/{create_sign_in_link(user=user)}/"
        if settings.EMBEDDED:
            self.stdout.write(f"Sign-in link (once, 24 hours): {EMBEDDED_ADDRESS}{link}")
            self.stdout.write("The port may differ: `manage.py up` says where it runs.")
        else:
            self.stdout.write(f"Sign-in link (once, 24 hours): {link}")
