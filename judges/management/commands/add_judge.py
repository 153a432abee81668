from argparse import ArgumentParser
from typing import Any  # Django passes options by name; parameters are JSON values

import orjson
from django.core.management.base import CommandError

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.versions.capable import tell_of_loss
from judges.engine.versions.naming import tell_of_version
from judges.engine.versions.prompt_fit import resolve_prompt
from judges.engine.versions.register import create_judge
from judges.models import Connection, Prompt, Protocol
from judges.providers.builtin import BUILTINS
from judges.queries.connections import list_granted


class Command(LedgerCommand):
    help = "Add a judge to a project: a model behind a connection, or a builtin baseline or metric."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("name")
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--builtin", default="", help=", ".join(BUILTINS))
        source.add_argument("--connection", default="")
        parser.add_argument("--model", default="")
        parser.add_argument(
            "--protocol", choices=Protocol.values, help="left out, the only one that a builtin can serve"
        )
        parser.add_argument("--prompt", help="of the library or the project: factuality, mine, mine@2")
        parser.add_argument("--language", default="", help="of a prompt of the library: en, ru")
        parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a parameter")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        try:
            prompt = _find_prompt(project, options)
            judge = create_judge(
                project=project,
                name=options["name"],
                protocol=options["protocol"]
                or (prompt.protocol if prompt else _find_protocol(options["builtin"])),
                builtin=options["builtin"],
                connection=find_connection(project, options["connection"]),
                model=options["model"],
                parameters=dict(map(read_setting, options["set"])),
                prompt=prompt,
            )
        except PlatformError as error:
            raise CommandError(error.detail) from None
        self.stdout.write(f"Judge {judge.rater.name} of {project.slug}, content {judge.content_hash[:12]}.")
        if note := tell_of_version(judge, options["name"]):
            self.stdout.write(note)
        if loss := tell_of_loss(judge.parameters):
            self.stdout.write(loss)


def _find_prompt(project: Project, options: dict[str, Any]) -> Prompt | None:
    if options["prompt"]:
        return resolve_prompt(project=project, name=options["prompt"], language=options["language"])
    if options["language"]:
        raise CommandError("--language goes with --prompt.")
    return None


def _find_protocol(builtin: str) -> str:
    match sorted(BUILTINS.get(builtin, ())):
        case [protocol]:
            return protocol
        case _:
            raise CommandError("--protocol is wanted: single, pair or ranking.")


def find_connection(project: Project, name: str) -> Connection | None:
    """The connection of this name that the project may use; None for no name. Raises CommandError."""
    if not name:
        return None
    match list(list_granted(project).filter(name=name)):
        case [connection]:
            return connection
        case []:
            raise CommandError(
                f"Project {project.slug} may use no connection {name}: manage.py add_connection makes one."
            )
        case _:
            raise CommandError(f"Project {project.slug} may use several connections named {name}.")


def read_setting(text: str) -> tuple[str, Any]:
    """`seed=3` is a number, `family=openai` a text: JSON where it is JSON, else the words themselves."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise CommandError(f"--set takes KEY=VALUE, not {text}")
    try:
        return name, orjson.loads(value)
    except orjson.JSONDecodeError:
        return name, value
