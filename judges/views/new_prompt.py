"""The form of a new version of a prompt: first what it would send, then the version."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.models import Project
from evalplatform.accounts.models import User
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid
from judges.access import get_project_to_steer_for, get_prompt_for
from judges.engine.versions.prompt_versions import (
    build_library_prompt,
    draft_prompt,
    find_sample_task,
    preview_request,
    save_prompt,
)
from judges.engine.versions.rehearsal import Remark
from judges.forms.faults import show_faults
from judges.forms.prompt import PromptForm, describe_start
from judges.models import Prompt
from judges.views.prompts import describe_preview, read_id


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def write_prompt(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET the form, from `?from=` a version or `?library=` a prompt; by POST a trial, or the version."""
    actor = current_user(request)
    project = get_project_to_steer_for(actor, slug)
    is_sent = request.method == "POST"
    form = PromptForm(
        request.POST if is_sent else None, initial={} if is_sent else _find_start(request, actor, project)
    )
    context: dict[str, object] = {"project": project, "form": form}
    if is_sent and form.is_valid():
        try:
            if "keep" in request.POST:
                return _keep(request, actor, project, form)
            context |= _try(project, form)
        except Invalid as error:
            show_faults(form, error)
    return render(request, "judges/new_prompt.html", context, status=400 if form.errors else 200)


def _find_start(request: HttpRequest, actor: User, project: Project) -> dict[str, str]:
    """What the form begins with. Raises Missing or Invalid."""
    if given := request.GET.get("from", ""):
        return describe_start(get_prompt_for(actor, project.slug, read_id(given, "from")))
    if name := request.GET.get("library", ""):
        language = request.GET.get("language", "")
        return describe_start(build_library_prompt(project=project, name=name, language=language))
    return {"language": project.language.partition("-")[0]}


def _keep(request: HttpRequest, actor: User, project: Project, form: PromptForm) -> HttpResponse:
    saved = save_prompt(project=project, user=actor, **form.read_order())
    words = (
        _("The version is kept.") if saved.is_new else _("The same texts are there already: this version.")
    )
    messages.success(request, words)
    for remark in _spell(saved.remarks):
        messages.warning(request, remark)
    return redirect("prompt", project.slug, saved.prompt.public_id)


def _try(project: Project, form: PromptForm) -> dict[str, object]:
    """The exact request of the first task that fits, and remarks; nothing is stored."""
    prompt, remarks = draft_prompt(project=project, **form.read_order())
    return {"is_tried": True, "remarks": _spell(remarks), **_preview(prompt)}


def _preview(prompt: Prompt) -> dict[str, object]:
    task = find_sample_task(prompt)
    return describe_preview(preview_request(prompt=prompt, task=task)) if task else {}


def _spell(remarks: tuple[Remark, ...]) -> list[str]:
    return [_("To look at: %(remark)s") % {"remark": remark} for remark in remarks]
