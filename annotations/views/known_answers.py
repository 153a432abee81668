"""Many known answers at once: from a file, or from what a reference rater has said."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.access import get_project_for
from annotations.domain.checking.known_answers import adopt_answers, keep_known_answers, read_known_answers
from annotations.forms.known_answers import AdoptForm, KnownAnswersForm
from annotations.models import Role
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Fault, Invalid

SHOWN = 50  # faults


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_known_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET both forms, by POST what one of them says."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    adopts = request.method == "POST" and "adopt" in request.POST
    sends = request.method == "POST" and not adopts
    form = KnownAnswersForm(request.POST, request.FILES) if sends else KnownAnswersForm()
    adopt = AdoptForm(request.POST if adopts else None, project=project)
    faults: tuple[Fault, ...] = ()
    made: int | None = None
    try:
        if sends and form.is_valid():
            answers = read_known_answers(form.cleaned_data["file"].read())
            made = keep_known_answers(project=project, answers=answers, actor=user)
        elif adopts and adopt.is_valid():
            made = adopt_answers(project=project, actor=user, **adopt.read_choice())
    except Invalid as error:
        form.add_error("file", error.detail)
        faults = error.faults
    if made is not None:
        words = ngettext("%(made)s known answer is kept.", "%(made)s known answers are kept.", made)
        messages.success(request, words % {"made": made})
        return redirect("known-answers", slug)
    context = {"project": project, "form": form, "adopt": adopt, "faults": faults[:SHOWN]}
    status = 400 if form.errors or adopt.errors else 200
    return render(request, "annotations/known_answers.html", context, status=status)
