"""A rater's messages: what reviewers ask about answers, and what became of remarks."""

import uuid
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.access import find_own_rater_for, get_assignment_for, get_query_for
from annotations.domain.reading.remarks import add_remark
from annotations.domain.reading.shown_answers import Shown
from annotations.domain.reviewing.asked_again import keep_answer
from annotations.domain.submitting.annotate import revise_annotation
from annotations.models import Query, RemarkKind
from annotations.queries.cautions import list_cautions_of
from annotations.queries.messages import SHOWN, list_open_queries, list_others, list_remarks_of
from annotations.views.answer_form import fill_form, read_form
from annotations.views.shown_task import ShownTask, read_answer, show_answers, show_task
from annotations.views.wording import name_for_raters
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid, Missing


@never_cache
@require_safe
@login_required
def messages_page(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for an answer, and the rater's own remarks with their replies. Paused raters see it too."""
    project, rater = find_own_rater_for(current_user(request), slug)
    context = {
        "project": project,
        "heading": name_for_raters(project),
        "rater": rater,
        "queries": list_open_queries(rater) if rater else [],
        "remarks": list_remarks_of(rater)[:SHOWN] if rater else [],
        "cautions": list_cautions_of(rater)[:SHOWN] if rater else [],
    }
    return render(request, "annotations/messages.html", context)


@never_cache
@require_safe
@login_required
def message(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """One answer that a reviewer asks about, with its task; in a discussion also what the others said."""
    return _show(request, get_query_for(current_user(request), slug, public_id))


@require_POST
@login_required
def answer_message(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Put a new answer in the place of the old one, or keep that with a reason."""
    query = get_query_for(current_user(request), slug, public_id)
    shown = _show_task(query)
    if "keep" in request.POST:
        keep_answer(query=query, reply=request.POST.get("reply", ""))
        messages.success(request, _("Your answer stays, and the reviewer reads why."))
        return redirect("messages", slug)
    ratings = read_form(request.POST, shown.fields, kept=read_answer(query.annotation, shown=shown))
    key = request.POST.get("client_key", "")
    try:
        revise_annotation(annotation=query.annotation, ratings=ratings, seconds=None, client_key=key)
    except Invalid as error:
        return _show(request, query, error=error, sent=ratings)
    messages.success(request, _("Your new answer is stored."))
    return redirect("messages", slug)


@require_POST
@login_required
def remark(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Keep a comment or flag on a task in hand; the page stays as it is."""
    assignment = get_assignment_for(current_user(request), public_id)
    if assignment.project.slug != slug:
        raise Missing("No such assignment.")
    kind = RemarkKind.FLAG if request.POST.get("kind") == RemarkKind.FLAG else RemarkKind.COMMENT
    add_remark(assignment=assignment, kind=kind, text=request.POST.get("text", ""))
    return HttpResponse(status=204)


def _show(
    request: HttpRequest, query: Query, *, error: Invalid | None = None, sent: Shown | None = None
) -> HttpResponse:
    """The page; with `sent`, the form as it was sent, and what is wrong with it."""
    shown = _show_task(query)
    own, others = show_answers([query.annotation], shown=shown), show_answers(list_others(query), shown=shown)
    values = read_answer(query.annotation, shown=shown) if sent is None else sent
    said = [(_("you"), own[0].values), *((str(other.number), other.values) for other in others)]
    context = {
        "project": query.rater.project,
        "heading": name_for_raters(query.rater.project),
        "query": query,
        "shown": shown,
        "own": own,
        "others": others,
        "questions": fill_form(shown.fields, values, texts=shown.texts, others=said),
        "client_key": uuid.uuid4().hex,
        "error": error,
    }
    return render(request, "annotations/message.html", context, status=400 if error else 200)


def _show_task(query: Query) -> ShownTask:
    return show_task(task=query.review.task, rater=query.rater, repeat=query.annotation.repeat)
