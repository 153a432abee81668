"""New versions of prompts, tried before they are kept, and the exact request that one makes of a task."""

import re
from dataclasses import dataclass
from typing import Any  # schemas and parameters are any JSON values

from django.db import transaction
from django.db.models import Exists, Max

from annotations.domain.locks.project_lock import lock_project
from annotations.models import Project, Task, TaskGeneration
from evalplatform.accounts.models import User
from evalplatform.common.errors import Fault, Invalid
from evalplatform.common.hashing import hash_content
from judges.engine.asking.cases import CaseBook
from judges.engine.asking.parameters import check_parameters
from judges.engine.versions.rehearsal import Remark, list_known, rehearse_prompt
from judges.models import Judge, Prompt, Run
from judges.prompts import LibraryPrompt, check_template, find_library_prompt, include_parts, list_library
from judges.prompts.sandbox import LONGEST_TEMPLATE
from judges.prompts.signs import find_signs
from judges.protocols import PROTOCOLS
from judges.queries.judged_tasks import list_asked_criteria, list_fitting_tasks
from judges.queries.prompts import find_prompt

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
LANGUAGE = re.compile(r"([a-z]{2,3}(-[A-Za-z0-9]{1,8})?)?\Z")
LONGEST_NOTE = 300
TEMPLATES = ("system_template", "user_template")


@dataclass(frozen=True, slots=True)
class SavedPrompt:
    """A version, whether it is new, and what its author should look at."""

    prompt: Prompt
    is_new: bool
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestPreview:
    """What would be sent, word for word: no key, no address.

    `signs` name what in the answers looks like speaking to the judge.
    """

    task: Task
    shown_order: str
    model: str
    system: str
    user: str
    schema: dict[str, Any]
    parameters: dict[str, Any]
    signs: tuple[str, ...] = ()


def save_prompt(
    *,
    project: Project,
    key: str,
    protocol: str,
    system_template: str,
    user_template: str,
    language: str = "",
    note: str = "",
    user: User | None = None,
    library: str = "",
) -> SavedPrompt:
    """The next version of the prompt `key`; the same texts again give the version that is there.

    It is drafted and tried as `draft_prompt` does. Raises Invalid, each fault with its template and line.
    """
    prompt, remarks = draft_prompt(
        project=project, key=key, protocol=protocol, system_template=system_template,
        user_template=user_template, language=language, note=note,
    )  # fmt: skip
    prompt.library, prompt.created_by = library, user
    kept, is_new = keep_version(prompt)
    return SavedPrompt(kept, is_new, remarks)


def draft_prompt(
    *,
    project: Project,
    key: str,
    protocol: str,
    system_template: str,
    user_template: str,
    language: str = "",
    note: str = "",
) -> tuple[Prompt, tuple[Remark, ...]]:
    """A version that is tried and not stored, and what its author should look at.

    Parts of ours are written out, and both templates are filled with made-up material of every shape and with a real
    task of the project. Raises Invalid, each fault with its template and line.
    """
    _check_names(key, protocol, language, note)
    system = _check_text(system_template, language, "system_template")
    user_text = _check_text(user_template, language, "user_template")
    prompt = Prompt(
        project=project, key=key, protocol=protocol, system_template=system, user_template=user_text,
        content_hash=hash_prompt(protocol, system, user_text), language=language, note=note.strip(),
    )  # fmt: skip
    return prompt, try_prompt(prompt)


def keep_library_prompt(
    *, project: Project, name: str, language: str = "", user: User | None = None
) -> SavedPrompt:
    """The library's prompt as a version of this project; `language` left out is the project's, else English."""
    prompt = build_library_prompt(project=project, name=name, language=language)
    prompt.created_by = user
    kept, is_new = keep_version(prompt)
    return SavedPrompt(kept, is_new)


def build_library_prompt(*, project: Project, name: str, language: str = "") -> Prompt:
    """The same, not stored; its version is the library's."""
    library = find_library_prompt(name)
    language = language or choose_language(project, library)
    system, user_template = library.read_templates(language)
    return Prompt(
        project=project, key=library.name_key(language), version=library.version, protocol=library.protocol,
        system_template=system, user_template=user_template, language=language,
        content_hash=hash_prompt(library.protocol, system, user_template),
        note=f"library, version {library.version}", library=f"{library.name} {library.version}",
    )  # fmt: skip


def choose_language(project: Project, prompt: LibraryPrompt) -> str:
    """The project's language where the prompt has it, else English."""
    primary = project.language.partition("-")[0].lower()
    return primary if primary in prompt.languages else "en"


def keep_version(prompt: Prompt) -> tuple[Prompt, bool]:
    """The stored row with this content under its key, and whether it is new: then it has the next number."""
    with transaction.atomic():
        lock_project(prompt.project)
        versions = Prompt.objects.filter(project=prompt.project, key=prompt.key)
        if found := versions.filter(content_hash=prompt.content_hash).first():
            return found, False
        prompt.version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
        prompt.save()
    return prompt, True


def hash_prompt(protocol: str, system_template: str, user_template: str) -> str:
    """What makes two prompts the same."""
    return hash_content([protocol, system_template, user_template])


def try_prompt(prompt: Prompt) -> tuple[Remark, ...]:
    """Fill it with made-up material, and with a real task where the project has one. Raises Invalid."""
    book = open_book(prompt)
    known = list_known(book.questions, prompt.protocol)
    for name in TEMPLATES:
        check_template(getattr(prompt, name), known=known, name=name)
    remarks = rehearse_prompt(book.questions, prompt)
    if task := find_sample_task(prompt):
        preview_request(prompt=prompt, task=task)
    return remarks


def find_sample_task(prompt: Prompt) -> Task | None:
    """The first open task that its protocol can judge, in queue order; of its own rubric where that is there."""
    fitting = list_fitting_tasks(prompt.project_id, PROTOCOLS[prompt.protocol].kind)
    own = fitting.filter(Exists(list_asked_criteria().filter(key__in=_list_own_keys(prompt))))
    return own.first() or fitting.first()


def _list_own_keys(prompt: Prompt) -> list[str]:
    """Keys of the criteria that the library made it for."""
    name = prompt.library.partition(" ")[0]
    return [each["key"] for library in list_library() if library.name == name for each in library.criteria]


def preview_request(
    *,
    prompt: Prompt,
    task: Task,
    shown_order: str = "",
    model: str = "",
    parameters: dict[str, Any] | None = None,
) -> RequestPreview:
    """The exact request that a judge with this prompt makes of the task in one order; no call is made.

    `shown_order` left out is the protocol's first. Raises Invalid where the protocol cannot judge the task.
    """
    rule = PROTOCOLS[prompt.protocol]
    order = shown_order or rule.orders[0]
    if task.project_id != prompt.project_id or task.kind != rule.kind:
        raise Invalid.at(f"a {rule.kind} task of this project is wanted", field="task")
    if order not in rule.orders:
        raise Invalid.at(f"must be one of {', '.join(filter(None, rule.orders)) or 'none'}", field="order")
    if find_textless(task):
        raise Invalid.at("a text of this task is missing, so no judge is asked", field="task")
    book = open_book(prompt, model=model, parameters=check_parameters(parameters or {}))
    request = book.preview([task], order)[0]
    return RequestPreview(
        task, order, request.model, request.system, request.user, request.schema, dict(request.parameters),
        find_signs(request.texts),
    )  # fmt: skip


def find_textless(task: Task) -> bool:
    """Whether a generation of the task has lost its text."""
    return TaskGeneration.objects.filter(task=task, generation__text=None).exists()


def open_book(prompt: Prompt, *, model: str = "", parameters: dict[str, Any] | None = None) -> CaseBook:
    """The engine's own book for a judge that is not stored."""
    judge = Judge(
        project=prompt.project,
        protocol=prompt.protocol,
        prompt=prompt,
        model=model,
        parameters=parameters or {},
    )
    return CaseBook(Run(project=prompt.project, judge=judge))


def get_version(*, project: Project, key: str, version: int | None = None) -> Prompt:
    """This version of the prompt, or its newest. Raises Invalid."""
    prompt = find_prompt(project=project, key=key, version=version)
    if prompt is None:
        named = key if version is None else f"{key} v{version}"
        raise Invalid.at(f"project {project.slug} has no prompt {named}", field="prompt")
    return prompt


def _check_names(key: str, protocol: str, language: str, note: str) -> None:
    rules = (
        ("key", KEY.match(key), "small letters, digits, hyphens, at most 64"),
        ("protocol", protocol in PROTOCOLS, f"must be one of {', '.join(PROTOCOLS)}"),
        ("language", LANGUAGE.match(language), "a language code such as en or ru"),
        (
            "note",
            len(note) <= LONGEST_NOTE and note.isprintable(),
            f"one line of at most {LONGEST_NOTE} characters",
        ),
    )
    faults = tuple(Fault(words, field=field) for field, holds, words in rules if not holds)
    if faults:
        raise Invalid("; ".join(map(str, faults)), faults=faults)


def _check_text(text: str, language: str, name: str) -> str:
    """The template in full, with line breaks of one kind. Raises Invalid for what no database can keep."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid.at("holds characters that cannot be kept", field=name)
    if len(text) > LONGEST_TEMPLATE:
        raise Invalid.at(f"longer than {LONGEST_TEMPLATE} characters", field=name)
    return include_parts("\n".join(text.splitlines()) + "\n" if text else "", language or "en")
