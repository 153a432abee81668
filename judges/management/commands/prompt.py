from argparse import ArgumentParser
from pathlib import Path
from typing import Any  # Django passes options by name
from uuid import UUID

import orjson
from django.core.management.base import CommandError

from annotations.models import Project, Task
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from evalplatform.common.texts import show_controls
from judges.engine.ledger.suspicion import list_suspects
from judges.engine.versions.prompt_fit import add_rubric, list_missing, look_up_prompt
from judges.engine.versions.prompt_versions import (
    SavedPrompt,
    find_sample_task,
    keep_library_prompt,
    preview_request,
    save_prompt,
)
from judges.models import Prompt
from judges.prompts import find_library_prompt, list_library
from judges.protocols import PROTOCOLS
from judges.queries.prompts import diff_prompts, list_prompts, write_unified

NAMES = "factuality (the project's newest, else the library's), or mine@2"


class Command(LedgerCommand):
    help = (
        "What judges of a project are told: list what there is, show a version, compare two, preview the exact"
        " request without a call, add one from the library or from files, add the rubric that one is made for,"
        " and list the answers that bear signs of speaking to their judge."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("action", choices=("list", "show", "diff", "preview", "add", "rubric", "signs"))
        parser.add_argument("names", nargs="*", metavar="NAME", help=f"one, for diff two: {NAMES}")
        parser.add_argument("--language", default="", help="of a prompt of the library: en, ru")
        parser.add_argument("--protocol", choices=sorted(PROTOCOLS), help="of a prompt from files")
        parser.add_argument("--system", type=Path, metavar="FILE", help="its system template")
        parser.add_argument("--user", type=Path, metavar="FILE", help="its user template")
        parser.add_argument("--note", default="", help="what is new in it")
        parser.add_argument("--task", help="id of the task to preview; left out, the first that fits")
        parser.add_argument("--order", default="", help="in which its answers are shown: 0,1 or 1,0")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        wanted = {"list": 0, "signs": 0, "diff": 2}.get(options["action"], 1)
        if len(options["names"]) != wanted:
            raise CommandError(f"{options['action']} takes {wanted} names: {NAMES}.")
        try:
            getattr(self, f"_{options['action']}")(project, *options["names"], options=options)
        except PlatformError as error:
            raise CommandError("\n".join(map(str, error.faults)) or error.detail) from None

    def _list(self, project: Project, options: dict[str, Any]) -> None:
        for prompt in list_prompts(project):
            use = "used" if vars(prompt)["used_at"] else "not used yet"
            about = ", ".join(filter(None, (prompt.protocol, prompt.language, use, prompt.note)))
            self.stdout.write(f"{prompt.key}@{prompt.version}  {about}")
        self.stdout.write("Library:")
        for library in list_library():
            missing = list_missing(project, library)
            fit = f"lacks {'; '.join(missing)}" if missing else "fits"
            self.stdout.write(
                f"{library.name}  {library.protocol}: {library.purpose['en']} This project {fit}."
            )

    def _show(self, project: Project, name: str, options: dict[str, Any]) -> None:
        prompt = look_up_prompt(project=project, name=name, language=options["language"])
        self._write_parts(system=prompt.system_template, user=prompt.user_template)

    def _diff(self, project: Project, old: str, new: str, options: dict[str, Any]) -> None:
        language = options["language"]
        before, after = (look_up_prompt(project=project, name=name, language=language) for name in (old, new))
        diff = diff_prompts(before, after)
        for part, lines in (("system", diff.system), ("user", diff.user)):
            if lines:
                self.stdout.write(f"--- {before} {part}\n+++ {after} {part}\n{write_unified(lines)}")
        if diff.is_empty:
            self.stdout.write("There is no difference.")

    def _preview(self, project: Project, name: str, options: dict[str, Any]) -> None:
        prompt = look_up_prompt(project=project, name=name, language=options["language"])
        task = _find_task(project, prompt, options["task"])
        seen = preview_request(prompt=prompt, task=task, shown_order=options["order"])
        schema = orjson.dumps(seen.schema, option=orjson.OPT_INDENT_2).decode()
        self._write_parts(system=seen.system, user=seen.user, schema=schema)

    def _add(self, project: Project, key: str, options: dict[str, Any]) -> None:
        files = (options["system"], options["user"])
        if any(files) and not all((*files, options["protocol"])):
            raise CommandError("A prompt from files takes --protocol, --system and --user.")
        if all(files):
            saved = _save_files(project, key, options)
        else:
            saved = keep_library_prompt(project=project, name=key, language=options["language"])
        words = "Kept" if saved.is_new else "There already"
        self.stdout.write(f"{words}: {saved.prompt.key}@{saved.prompt.version}.")
        for remark in saved.remarks:
            self.stdout.write(f"Look at this: {remark}.")

    def _rubric(self, project: Project, name: str, options: dict[str, Any]) -> None:
        rubric = add_rubric(project=project, prompt=find_library_prompt(name))
        self.stdout.write(f"Rubric {rubric} of {project.slug} with {rubric.tasks.count()} tasks.")

    def _signs(self, project: Project, options: dict[str, Any]) -> None:
        count = 0
        for suspect in list_suspects(project):
            count += 1
            answer = suspect.generation
            self.stdout.write(
                show_controls(f"{answer.item.key}, {answer.system.name}: {', '.join(suspect.signs)}")
            )
        self.stdout.write(f"{count} answers of {project.slug} bear signs of speaking to their judge.")

    def _write_parts(self, **parts: str) -> None:
        self.stdout.write("\n".join(f"=== {name}\n{text}" for name, text in parts.items()))


def _save_files(project: Project, key: str, options: dict[str, Any]) -> SavedPrompt:
    try:
        system, user = (options[part].read_text(encoding="utf-8") for part in ("system", "user"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"A template cannot be read: {error}") from None
    return save_prompt(
        project=project,
        key=key,
        protocol=options["protocol"],
        system_template=system,
        user_template=user,
        language=options["language"],
        note=options["note"],
    )


def _find_task(project: Project, prompt: Prompt, public_id: str | None) -> Task:
    if public_id is None:
        task = find_sample_task(prompt)
        if task is None:
            raise CommandError(f"Project {project.slug} has no open {prompt.protocol} task to show.")
        return task
    try:
        return Task.objects.get(project=project, public_id=UUID(public_id))
    except (ValueError, Task.DoesNotExist):
        raise CommandError(f"Project {project.slug} has no task {public_id}.") from None
