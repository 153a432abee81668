"""Rubrics of a running project: their versions, and the form of the next one beside the rater's page."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotations.access import get_project_for, list_rows_for
from annotations.domain.versions.rubric_versions import NewVersion, make_version
from annotations.forms.rubric_version import VersionSetup
from annotations.models import Role, Rubric
from annotations.queries.rubrics import list_rubric_versions, list_versions
from annotations.views.rubric_preview import Preview, render_preview
from annotations.views.wording import choose_for_page
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Invalid


@never_cache
@require_safe
@login_required
def show_rubrics(request: HttpRequest, slug: str) -> HttpResponse:
    """Every rubric with its versions and how many tasks are asked by each."""
    project = get_project_for(current_user(request), slug, Role.RESEARCHER)
    rubrics: dict[str, list[Rubric]] = {}
    for rubric in list_rubric_versions(project):
        rubrics.setdefault(rubric.key, []).append(rubric)
    named = [
        (choose_for_page(versions[0].labels, key), versions[0], versions) for key, versions in rubrics.items()
    ]
    return render(request, "annotations/rubrics.html", {"project": project, "rubrics": named})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_rubric(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """The form of the next version; its preview; at last the version."""
    rows = list_rows_for(current_user(request), slug, list_rubric_versions, Role.RESEARCHER)
    rubric = get_object_or_404(rows, public_id=public_id)
    if request.method != "POST":
        return _show_form(request, VersionSetup.open(rubric))
    act, sent = request.POST.get("act", ""), request.POST.dict()
    if act == "preview":
        return _show_preview(request, VersionSetup.read(rubric, sent))
    if act in ("", "make"):
        return _make(request, VersionSetup.read(rubric, sent))
    return _show_form(request, VersionSetup.change(rubric, sent, act))


def _make(request: HttpRequest, setup: VersionSetup) -> HttpResponse:
    draft = setup.read_draft()
    if draft is not None:
        try:
            made = make_version(
                rubric=setup.rubric,
                draft=draft,
                actor=current_user(request),
                is_judged_anew=setup.is_judged_anew,
            )
        except (Conflict, Invalid) as error:
            setup.show_faults(error)
        else:
            messages.success(request, _tell(made))
            return redirect("rubrics", setup.rubric.project.slug)
    return _show_form(request, setup, status=400)


def _tell(made: NewVersion) -> str:
    moved = ngettext(
        "Version %(version)d is there: %(count)d task that nobody had begun is asked by it.",
        "Version %(version)d is there: %(count)d tasks that nobody had begun are asked by it.",
        made.moved,
    ) % {"version": made.rubric.version, "count": made.moved}
    if made.anew:
        anew = ngettext(
            "%(count)d task that only judges had met is asked anew.",
            "%(count)d tasks that only judges had met are asked anew.",
            made.anew,
        )
        moved = f"{moved} {anew % {'count': made.anew}}"
    if made.staying:
        staying = ngettext(
            "%(count)d task is begun and goes on by an earlier version.",
            "%(count)d tasks are begun and go on by an earlier version.",
            made.staying,
        )
        moved = f"{moved} {staying % {'count': made.staying}}"
    return " ".join((moved, *_tell_known(made)))


def _tell_known(made: NewVersion) -> Iterator[str]:
    if made.kept:
        words = ngettext(
            "%(count)d known answer holds for it and is asked by it.",
            "%(count)d known answers hold for it and are asked by it.",
            made.kept,
        )
        yield words % {"count": made.kept}
    if made.waiting:
        words = ngettext(
            "%(count)d known answer is asked of nobody until you approve it under Checks.",
            "%(count)d known answers are asked of nobody until you approve them under Checks.",
            made.waiting,
        )
        yield words % {"count": made.waiting}


def _show_preview(request: HttpRequest, setup: VersionSetup) -> HttpResponse:
    """The preview alone where the page's script asks, else the whole form again with it."""
    if "HX-Request" not in request.headers:
        return _show_form(request, setup)
    return render(request, "annotations/_preview_pane.html", {"previews": [_draw_preview(request, setup)]})


def _show_form(request: HttpRequest, setup: VersionSetup, *, status: int = 200) -> HttpResponse:
    versions = list_versions(setup.rubric)
    context = {
        "project": setup.rubric.project,
        "setup": setup,
        "title": choose_for_page(setup.rubric.labels, setup.rubric.key),
        "newest": versions[0],
        "next": versions[0].version + 1,
        "previews": [_draw_preview(request, setup)],
    }
    return render(request, "annotations/rubric_version.html", context, status=status)


def _draw_preview(request: HttpRequest, setup: VersionSetup) -> Preview | None:
    draft = setup.read_preview()
    if draft is None:
        return None
    return render_preview(request=request, draft=draft, language=setup.words.choose_look())
