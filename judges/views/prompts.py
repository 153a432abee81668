"""The prompts of a project beside those of the library; one version, what changed in it, and what it would send."""

from dataclasses import asdict, dataclass
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotations.models import Task
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid, Missing
from judges.access import (
    get_project_to_steer_for,
    get_project_with_runs_for,
    get_prompt_for,
    get_task_to_judge_for,
    list_prompts_for,
    may_steer_runs,
)
from judges.engine.versions.prompt_versions import (
    RequestPreview,
    build_library_prompt,
    keep_library_prompt,
    preview_request,
)
from judges.models import Prompt, Protocol
from judges.prompts import LibraryPrompt, list_library
from judges.protocols import PROTOCOLS
from judges.queries.judged_tasks import list_first_tasks
from judges.queries.prompts import DiffLine, diff_prompts, find_earlier, list_versions
from judges.views.attempts import number_places
from judges.views.clips import Clip, clip_text, describe_parts, show_foreign

SHOWN = 500  # versions in the list
TASKS = 50  # to choose from
LABEL = 60  # characters of a task's question
MOST_PART = 20_000  # bytes of HTML
KINDS = {"+": "added", "-": "removed", "@": "leap", " ": "kept"}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a diff: its kind for the eye, its mark for everybody, and its pieces."""

    kind: str
    mark: str
    pieces: tuple[tuple[str, bool], ...]


@never_cache
@require_safe
@login_required
def show_prompts(request: HttpRequest, slug: str) -> HttpResponse:
    """Own prompts, newest version first, and the library."""
    actor = current_user(request)
    project = get_project_with_runs_for(actor, slug)
    context = {
        "project": project,
        "prompts": _group_versions(list(list_prompts_for(actor, slug)[:SHOWN])),
        "library": [_describe_library(each) for each in list_library()],
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/prompts.html", context)


@never_cache
@require_safe
@login_required
def show_prompt(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """One version with both templates, and the others of its name."""
    actor = current_user(request)
    prompt = get_prompt_for(actor, slug, public_id)
    context = {
        "project": prompt.project,
        "prompt": prompt,
        "protocol": name_protocol(prompt.protocol),
        "templates": _describe_templates(prompt),
        "versions": list(list_versions(prompt)),
        "earlier": find_earlier(prompt),
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/prompt.html", context)


@never_cache
@require_safe
@login_required
def show_prompt_diff(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """What changed from `?against=`, or from the version before, to this one."""
    actor = current_user(request)
    new = get_prompt_for(actor, slug, public_id)
    against = request.GET.get("against", "")
    old = get_prompt_for(actor, slug, read_id(against, "against")) if against else find_earlier(new)
    diff = diff_prompts(old or Prompt(), new)
    context = {
        "project": new.project,
        "new": new,
        "old": old,
        "versions": [each for each in list_versions(new) if each != new],
        "parts": [
            (_("System template"), [show_line(line) for line in diff.system]),
            (_("User template"), [show_line(line) for line in diff.user]),
        ],
        "is_same": diff.is_empty,
    }
    return render(request, "judges/prompt_diff.html", context)


@never_cache
@require_safe
@login_required
def show_prompt_preview(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """The exact request for a task and an order; nobody is called."""
    actor = current_user(request)
    prompt = get_prompt_for(actor, slug, public_id)
    asked = request.GET.get("task", "")
    order = request.GET.get("order", "")
    try:
        task: Task | None = get_task_to_judge_for(
            actor, slug, prompt, read_id(asked, "task") if asked else None
        )
    except Missing:
        if asked:
            raise
        task = None
    rule = PROTOCOLS[prompt.protocol]
    context: dict[str, object] = {
        "project": prompt.project,
        "prompt": prompt,
        "task": task,
        "tasks": [(each, _label_task(each)) for each in list_first_tasks(prompt.project_id, rule.kind, most=TASKS)],
        "orders": [(each, number_places(each)) for each in rule.orders if each],
        "asked_order": order or rule.orders[0],
    }  # fmt: skip
    if task is not None:
        context |= describe_preview(preview_request(prompt=prompt, task=task, shown_order=order))
    return render(request, "judges/prompt_preview.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_library_prompt(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """A prompt of the library word for word; by POST it becomes a version of the project."""
    actor = current_user(request)
    language = (request.POST if request.method == "POST" else request.GET).get("language", "")
    if request.method == "POST":
        project = get_project_to_steer_for(actor, slug)
        _refuse_unknown(name)
        saved = keep_library_prompt(project=project, name=name, language=language, user=actor)
        words = (
            _("It is a version of this project now.") if saved.is_new else _("The project has it already.")
        )
        messages.success(request, words)
        return redirect("prompt", slug, saved.prompt.public_id)
    project = get_project_with_runs_for(actor, slug)
    library = _refuse_unknown(name)
    prompt = build_library_prompt(project=project, name=name, language=language)
    context = {
        "project": project,
        "prompt": prompt,
        "protocol": name_protocol(prompt.protocol),
        "library": _describe_library(library),
        "templates": _describe_templates(prompt),
        "criteria": library.criteria,
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/library_prompt.html", context)


def read_id(text: str, field: str) -> UUID:
    """An id from an address. Raises Invalid."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid.at("is no id", field=field) from None


def name_protocol(protocol: str) -> str:
    """What a prompt is asked about, in words."""
    return str(dict(Protocol.choices).get(protocol, protocol))


def show_line(line: DiffLine) -> ShownLine:
    """A line of a diff with marks that hide or reorder letters spelled out."""
    pieces = tuple((show_foreign(piece.text), piece.is_changed) for piece in line.pieces)
    return ShownLine(KINDS[line.mark], "" if line.mark == "@" else line.mark, pieces)


def describe_preview(seen: RequestPreview) -> dict[str, object]:
    """The parts of a request, and what in the answers looks like speaking to the judge."""
    parts = {name: getattr(seen, name) for name in ("system", "user", "schema", "parameters")}
    return {"request_parts": describe_parts(parts, most=MOST_PART), "signs": [_(sign) for sign in seen.signs]}


def _refuse_unknown(name: str) -> LibraryPrompt:
    for each in list_library():
        if each.name == name:
            return each
    raise Missing("The library has no such prompt.")


def _describe_library(prompt: LibraryPrompt) -> dict[str, object]:
    language = (get_language() or "en").partition("-")[0]
    return {
        **asdict(prompt),
        "purpose": prompt.purpose.get(language, prompt.purpose["en"]),
        "protocol": name_protocol(prompt.protocol),
    }


def _describe_templates(prompt: Prompt) -> list[tuple[str, Clip]]:
    parts = ((_("System template"), prompt.system_template), (_("User template"), prompt.user_template))
    return [(name, clip_text(text, most=MOST_PART)) for name, text in parts if text]


def _group_versions(rows: list[Prompt]) -> list[dict[str, object]]:
    """By name, the prompt with the newest version first; each with its versions, newest first."""
    newest = {row.key: place for place, row in reversed(list(enumerate(rows)))}
    in_order = sorted(rows, key=lambda row: (newest[row.key], -row.version))
    return [
        {
            "newest": versions[0],
            "earlier": versions[1:],
            "protocol": name_protocol(versions[0].protocol),
            "judges": sum(getattr(version, "judge_count", 0) for version in versions),
        }
        for versions in (list(group) for _key, group in groupby(in_order, key=lambda row: row.key))
    ]


def _label_task(task: Task) -> str:
    question = task.item.prompt or " ".join(task.item.turns or ())
    return show_foreign(f"{task.item.key}: {question[:LABEL]}")
