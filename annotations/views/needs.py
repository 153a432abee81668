"""What items ask of raters: what is asked for, and asking for something else."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.access import get_batch_for, get_project_for
from annotations.domain.intake.change_needs import SECONDS, NeedsChange, change_needs
from annotations.forms.needs import ChangeNeedsForm
from annotations.models import Project, Role
from annotations.queries.gates import Demand, list_stranded
from annotations.queries.needs import list_needs, list_newest_batches
from annotations.queries.skills import list_skills
from annotations.views.demands import describe_demand, describe_stranded
from evalplatform.accounts.models import User
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_needs(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET what items ask for, by POST asking for something else."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    form = ChangeNeedsForm(
        request.POST if request.method == "POST" else None,
        batches=list_newest_batches(project),
        skills=[skill.name for skill in list_skills(project)],
    )
    if request.method == "POST" and form.is_valid():
        try:
            change = _change(user, project, form)
        except Invalid as error:
            _show_fault(form, error)
        else:
            _tell(request, change)
            if not change.left:
                return redirect("needs", slug)
    context = {
        "project": project,
        "form": form,
        "lines": [
            (describe_demand(Demand(line.language, line.skills)), line.items, line.tasks)
            for line in list_needs(project)
        ],
        "stranded": describe_stranded(list_stranded(project)),
    }
    return render(request, "annotations/needs.html", context, status=400 if form.errors else 200)


def _show_fault(form: ChangeNeedsForm, error: Invalid) -> None:
    fault = error.faults[0]
    if fault.field == "items":
        form.add_error("items", fault.message)
    else:
        form.add_error("other_skills", _("Items of a project ask for 64 different sets of needs at most."))


def _change(user: User, project: Project, form: ChangeNeedsForm) -> NeedsChange:
    batch = form.cleaned_data["batch"]
    return change_needs(
        project=project,
        needs=form.needs,
        actor=user,
        keys=None if batch else form.keys,
        batch=get_batch_for(user, project.slug, UUID(batch)) if batch else None,
        seconds=SECONDS,
    )


def _tell(request: HttpRequest, change: NeedsChange) -> None:
    """What became of it; where it gave way to others, how to go on."""
    words = ngettext(
        "%(count)s item asks for something else now.",
        "%(count)s items ask for something else now.",
        change.items,
    ) % {"count": change.items}
    messages.success(request, words)
    if change.left:
        left = ngettext(
            "%(count)s item is not changed yet: press Change once more.",
            "%(count)s items are not changed yet: press Change once more.",
            change.left,
        )
        messages.warning(request, left % {"count": change.left})
