"""The reviewers' pages: what people disagree on, one task with all that was said of it, and raters' remarks."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.access import (
    READERS,
    get_answer_to_review_for,
    get_project_for,
    get_remark_for,
    get_task_to_review_for,
    is_steering,
)
from annotations.domain.reading.remarks import reply_to_remark
from annotations.domain.reading.shown_answers import Shown
from annotations.domain.reviewing.adjudicate import decide_task, find_adjudicator, open_discussion, send_back
from annotations.domain.reviewing.review_queue import refresh_reviews
from annotations.models import Annotation, Origin, Project, RaterKind, Task
from annotations.queries.checks import find_expected
from annotations.queries.messages import SHOWN, count_unanswered, list_remarks
from annotations.queries.reviews import find_decision, find_next_review, list_open_reviews, list_queries
from annotations.queries.standing_answers import list_standing_answers
from annotations.views.answer_form import fill_form, read_form
from annotations.views.known_marks import show_marks_apart
from annotations.views.shown_task import ShownTask, read_answer, show_answers, show_task
from annotations.views.tally import tally_answers
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Invalid

QUEUE_SHOWN = 50
FEW_ANSWERS = 6  # as many are read one by one; of more the counts come first
LONGEST_EXCERPT = 140


@never_cache
@require_safe
@login_required
def review_queue(request: HttpRequest, slug: str) -> HttpResponse:
    """Tasks to be settled, the greatest disagreement first."""
    project = get_project_for(current_user(request), slug, *READERS)
    refresh_reviews(project=project)
    found = list(list_open_reviews(project)[: QUEUE_SHOWN + 1])
    context = {
        "project": project,
        "lines": [(review, _excerpt(review.task)) for review in found[:QUEUE_SHOWN]],
        "more": len(found) > QUEUE_SHOWN,
        "unanswered": count_unanswered(project),
    }
    return render(request, "annotations/review_queue.html", context)


@never_cache
@require_safe
@login_required
def review_case(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """One task with all answers and reasons; names only once it has been decided."""
    task = get_task_to_review_for(current_user(request), slug, public_id)
    return show_case(request, task)


@require_POST
@login_required
def decide_case(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Store the decision and go on to the next task, or show what is missing."""
    actor = current_user(request)
    task = get_task_to_review_for(actor, slug, public_id)
    shown = show_to_reviewer(task)
    ratings = read_form(request.POST, shown.fields, kept=_read_decision(task, shown))
    note = request.POST.get("note", "")
    try:
        decide_task(task=task, ratings=ratings, note=note, reviewer=actor)
    except Invalid as error:
        return show_case(request, task, error=error, sent=ratings, note=note)
    messages.success(request, _("Decided. The raters' answers stay as they are."))
    return redirect("review-case", slug, public_id)


@require_POST
@login_required
def discuss_case(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Ask everybody who answered to look again, with what the others said."""
    actor = current_user(request)
    task = get_task_to_review_for(actor, slug, public_id)
    asked = open_discussion(task=task, note=request.POST.get("note", ""), reviewer=actor)
    messages.success(request, _("Asked for discussion: %(count)d raters.") % {"count": len(asked)})
    return _go_on(project=task.project, task=task)


@require_POST
@login_required
def return_answer(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Ask one rater to look again by themselves."""
    actor = current_user(request)
    annotation = get_answer_to_review_for(actor, slug, public_id)
    send_back(annotation=annotation, note=request.POST.get("note", ""), reviewer=actor)
    messages.success(request, _("Sent back to its rater."))
    return _go_on(project=annotation.task.project, task=annotation.task)


@never_cache
@require_safe
@login_required
def remarks_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Comments and flags of raters, the newest first, each with a field for the reply."""
    project = get_project_for(current_user(request), slug, *READERS)
    context = {"project": project, "remarks": list_remarks(project)[:SHOWN]}
    return render(request, "annotations/remarks.html", context)


@require_POST
@login_required
def reply(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Answer a remark; its rater sees the reply under their messages."""
    actor = current_user(request)
    remark = get_remark_for(actor, slug, public_id)
    reply_to_remark(remark=remark, text=request.POST.get("text", ""), actor=actor)
    messages.success(request, _("The rater will see your reply."))
    return redirect("remarks", slug)


def _go_on(*, project: Project, task: Task) -> HttpResponse:
    following = find_next_review(project, after=task)
    return redirect("review-case", project.slug, following) if following else redirect("review", project.slug)


def show_case(
    request: HttpRequest,
    task: Task,
    *,
    error: Invalid | Conflict | None = None,
    sent: Shown | None = None,
    note: str = "",
) -> HttpResponse:
    """The page of a task; with `sent`, the form as it was sent, and what is wrong with it."""
    shown = show_to_reviewer(task)
    decision = find_decision(task)
    expected = find_expected(task)
    is_expected = expected is not None and decision is None and sent is None
    values = read_answer(expected, shown=shown) if expected and not decision else _read_decision(task, shown)
    answers = show_answers(sorted(list_standing_answers(task), key=_people_first), shown=shown)
    said = [(answer.rater.name if decision else str(answer.number), answer.values) for answer in answers]
    context = {
        "project": task.project,
        "task": task,
        "shown": shown,
        "answers": answers,
        "few": FEW_ANSWERS,
        "tallies": tally_answers(shown, answers) if len(answers) > FEW_ANSWERS else (),
        "has_simulated": any(answer.is_simulated for answer in answers),
        "has_automatic": any(not answer.is_person and not answer.is_simulated for answer in answers),
        "decision": decision,
        "questions": fill_form(
            shown.fields, values if sent is None else sent, texts=shown.texts, others=said
        ),
        "is_expected": is_expected,
        "note": note or (decision.note if decision else ""),
        "queries": list_queries(task),
        "remarks": task.remarks.select_related("rater").order_by("pk"),
        "next": find_next_review(task.project, after=task),
        "error": error,
        "marks_apart": show_marks_apart(expected, sent=request.POST.get("marks_apart")),
        "may_steer": is_steering(current_user(request), task.project),
    }
    return render(request, "annotations/review_case.html", context, status=400 if error else 200)


def show_to_reviewer(task: Task) -> ShownTask:
    """The task in the order that all its reviewers see."""
    return show_task(task=task, rater=find_adjudicator(project=task.project))


def _read_decision(task: Task, shown: ShownTask) -> dict[str, dict[str, object]]:
    decision = find_decision(task)
    return read_answer(decision.annotation, shown=shown) if decision else {}


def _people_first(answer: Annotation) -> tuple[bool, bool]:
    return (answer.rater.kind != RaterKind.PERSON, answer.rater.origin == Origin.SIMULATED)


def _excerpt(task: Task) -> str:
    """How the prompt begins: what a reviewer tells tasks apart by."""
    turns = task.item.turns or ()
    text = " ".join((task.item.prompt or (str(turns[0]) if turns else "")).split())
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}…"
