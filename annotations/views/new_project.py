"""Setting up a project: choose a template, change what should be different, watch the rater's page, make it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.access import refuse_unless_founder
from annotations.domain.project_templates import find_project_template, list_project_templates
from annotations.domain.projects.new_project import create_project
from annotations.forms.setup import ProjectSetup
from annotations.views.rubric_preview import render_preview
from annotations.views.wording import choose_for_page
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict

BLANK = "blank"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def set_up_project(request: HttpRequest) -> HttpResponse:
    """The templates; the form that one of them fills in; its preview; at last the project."""
    refuse_unless_founder(current_user(request))
    if request.method != "POST":
        name = request.GET.get("template", "")
        template = find_project_template(name)
        if template is None and name != BLANK:
            return _show_templates(request)
        return _show_form(request, ProjectSetup.open(template))
    act = request.POST.get("act", "")
    sent = request.POST.dict()
    if act == "preview":
        return _show_preview(request, ProjectSetup.read(sent))
    if act in ("", "make"):
        return _make(request, ProjectSetup.read(sent))
    return _show_form(request, ProjectSetup.change(sent, act))


def _show_templates(request: HttpRequest) -> HttpResponse:
    templates = [
        (each, choose_for_page(each.labels), choose_for_page(each.purpose))
        for each in list_project_templates()
    ]
    return render(request, "annotations/project_templates.html", {"templates": templates, "blank": BLANK})


def _make(request: HttpRequest, setup: ProjectSetup) -> HttpResponse:
    draft = setup.read_draft()
    if draft is not None:
        try:
            project = create_project(draft=draft, user=current_user(request))
        except Conflict:
            setup.project.add_error("slug", _("There is a project of this address already."))
        else:
            messages.success(request, _("The project is there. Next come the answers to be rated."))
            return redirect("project", project.slug)
    return _show_form(request, setup, status=400)


def _show_preview(request: HttpRequest, setup: ProjectSetup) -> HttpResponse:
    """The preview alone where the page's script asks, else the whole form again with it."""
    if "HX-Request" not in request.headers:
        return _show_form(request, setup)
    return render(request, "annotations/_preview_pane.html", _describe_preview(request, setup))


def _show_form(request: HttpRequest, setup: ProjectSetup, *, status: int = 200) -> HttpResponse:
    context = {"setup": setup, **_describe_preview(request, setup)}
    return render(request, "annotations/new_project.html", context, status=status)


def _describe_preview(request: HttpRequest, setup: ProjectSetup) -> dict[str, object]:
    """Of each rubric as far as it is right; a project that has no title yet can be looked at too."""
    drafts = [setup.alone(part).read_draft() for part in setup.rubrics]
    return {
        "previews": [
            render_preview(request=request, draft=draft, language=setup.look) if draft else None
            for draft in drafts
        ]
    }
