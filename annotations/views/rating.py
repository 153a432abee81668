"""The rating page: one task after another, each answer bringing the next task with it."""

from collections.abc import Callable
from functools import wraps
from typing import Any  # ratings are JSON
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from annotations.access import ensure_person_for, find_person_for, get_assignment_for, is_paused_by_rule_for
from annotations.domain.queue.ahead import release_ahead
from annotations.domain.queue.leases import renew_ahead, renew_assignment, skip_assignment
from annotations.domain.submitting.annotate import record_annotation, revise_annotation
from annotations.domain.submitting.undo import undo_annotation
from annotations.models import Annotation, Assignment, Phase, Project, Rater
from annotations.queries.submissions import count_submissions, find_last_submission, find_own_annotation
from annotations.views.conflict import describe_conflict
from annotations.views.feedback import describe_feedback
from annotations.views.stage import Stage, open_ahead, open_stage
from annotations.views.wording import name_for_raters
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Denied, Invalid, Missing, PlatformError
from evalplatform.common.strict_json import parse_strict

View = Callable[..., HttpResponse]  # a request, then what the address holds


class RaterRequest(HttpRequest):
    """A request as the middleware of htmx leaves it."""

    htmx: HtmxDetails


def for_raters(view: View) -> View:
    """Signed-in people only; a fragment's errors and a lost session are answered so that the page can show them."""

    @never_cache
    @wraps(view)
    def page(request: RaterRequest, slug: str, **address: UUID) -> HttpResponse:
        if not request.user.is_authenticated:
            response = redirect_to_login(resolve_url("rate", slug))
            return HttpResponseClientRedirect(response.url) if request.htmx else response
        try:
            return view(request, slug, **address)
        except Denied as error:
            if not is_paused_by_rule_for(current_user(request), slug):
                return _tell(request, slug, error)
            reason = resolve_url("messages", slug)  # says why the rule paused them
            return HttpResponseClientRedirect(reason) if request.htmx else redirect(reason)
        except PlatformError as error:
            return _tell(request, slug, error)

    return page


def _tell(request: RaterRequest, slug: str, error: PlatformError) -> HttpResponse:
    """In the page where a script asks; a page of its own otherwise."""
    if not request.htmx:
        raise error
    return render(request, "annotations/_problem.html", {"error": error, "slug": slug}, status=error.status)


@require_safe
@for_raters
def rate(request: RaterRequest, slug: str) -> HttpResponse:
    """The page with the first task, or the stage alone where a script asks for it."""
    return _show(request, ensure_person_for(current_user(request), slug))


@require_POST
@for_raters
def submit_answer(request: RaterRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Store the answer; the reply is the next task, or the one after it where the page names what it `shows` now."""
    assignment = _get_assignment(request, slug, public_id)
    content = _read_submission(request.POST)
    try:
        submission = record_annotation(assignment=assignment, **content)
    except Conflict as error:
        return _ask_which(request, slug, assignment, error)
    if submission.annotation.phase == Phase.TRAINED and request.htmx:
        return _show_feedback(request, assignment)
    surplus = not submission.counted
    if request.htmx and (beside := _read_id(request.POST.get("shows", ""))):
        return _show_ahead(request, assignment.rater, beside, surplus=surplus)
    return _show(request, assignment.rater, surplus=surplus)


@require_POST
@for_raters
def revise_answer(request: RaterRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Put an answer in the place of the stored one that the form names; the reply is the next task."""
    assignment = _get_assignment(request, slug, public_id)
    content = _read_submission(request.POST)
    stored = _find_stored(assignment, request.POST.get("stored", ""))
    try:
        revise_annotation(annotation=stored, **content)
    except Conflict as error:
        return _ask_which(request, slug, assignment, error)
    return _show(request, assignment.rater, changed=True)


@require_POST
@for_raters
def skip_task(request: RaterRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Give the task up with a reason; the reply is the next task."""
    assignment = _get_assignment(request, slug, public_id)
    skip_assignment(assignment=assignment, reason=request.POST.get("other") or request.POST.get("reason", ""))
    return _show(request, assignment.rater)


@require_POST
@for_raters
def undo_answer(request: RaterRequest, slug: str) -> HttpResponse:
    """Take the last answer back; the reply is its task again."""
    rater = find_person_for(current_user(request), slug)
    last = find_last_submission(rater=rater) if rater else None
    if rater is None or last is None:
        raise Conflict(_("There is nothing to undo."))
    undo_annotation(annotation=last)
    return _show(request, rater)


@require_POST
@for_raters
def keep_lease(request: RaterRequest, slug: str, public_id: UUID) -> HttpResponse:
    """The page is still being looked at."""
    assignment = _get_assignment(request, slug, public_id)
    renew_assignment(assignment=assignment)
    renew_ahead(assignment=assignment)
    return HttpResponse(status=204)


@require_POST
@for_raters
def fetch_ahead(request: RaterRequest, slug: str, public_id: UUID) -> HttpResponse:
    """The task after this one, leased; nothing where there is none to be had at once."""
    assignment = _get_assignment(request, slug, public_id)
    return _show_ahead(request, assignment.rater, public_id)


@require_POST
@for_raters
def leave_page(request: RaterRequest, slug: str, public_id: UUID) -> HttpResponse:
    """The rater goes away from this task: what the page has leased after it goes back to the queue."""
    assignment = _get_assignment(request, slug, public_id)
    if token := _read_id(request.POST.get("lease", "")):
        release_ahead(assignment=assignment, token=token)
    return HttpResponse(status=204)


def _ask_which(request: RaterRequest, slug: str, assignment: Assignment, error: Conflict) -> HttpResponse:
    """Both answers, where the conflict is one of two; the rater says which shall stand."""
    conflict = describe_conflict(error=error, assignment=assignment, seconds=request.POST.get("seconds", ""))
    if conflict is None or not request.htmx:
        raise error
    context = {"error": error, "slug": slug, "conflict": conflict}
    return render(request, "annotations/_conflict.html", context, status=error.status)


def _find_stored(assignment: Assignment, public_id: str) -> Annotation:
    """The rater's own answer to the same task. Raises Missing."""
    wanted = _read_id(public_id)
    stored = find_own_annotation(assignment=assignment, public_id=wanted) if wanted else None
    if stored is None:
        raise Missing("No such answer.")
    return stored


def render_stage(request: RaterRequest, project: Project, stage: Stage) -> HttpResponse:
    """The page with what it shows now, or that alone where a script asks for it."""
    template = "annotations/_stage.html" if request.htmx else "annotations/rate.html"
    covers = bool(project.content_warning)
    context = {"project": project, "heading": name_for_raters(project), "stage": stage, "covers": covers}
    return render(request, template, context)


def _show_feedback(request: RaterRequest, assignment: Assignment) -> HttpResponse:
    """What was expected of a training task, before the next one is dealt."""
    stage = Stage("feedback", count_submissions(rater=assignment.rater), can_undo=False)
    context = {"project": assignment.project, "stage": stage, "feedback": describe_feedback(assignment)}
    return render(request, "annotations/_stage.html", context)


def _show(
    request: RaterRequest, rater: Rater, *, surplus: bool = False, changed: bool = False
) -> HttpResponse:
    if not request.htmx and request.method == "POST":
        return redirect("rate", rater.project.slug)
    stage = open_stage(rater=rater, surplus=surplus, changed=changed)
    return render_stage(request, rater.project, stage)


def _show_ahead(request: RaterRequest, rater: Rater, beside: UUID, *, surplus: bool = False) -> HttpResponse:
    stage = open_ahead(rater=rater, beside=beside, surplus=surplus)
    return render_stage(request, rater.project, stage) if stage else HttpResponse(status=204)


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _get_assignment(request: RaterRequest, slug: str, public_id: UUID) -> Assignment:
    assignment = get_assignment_for(current_user(request), public_id)
    if assignment.project.slug != slug:
        raise Missing("No such assignment.")
    return assignment


def _read_submission(form: QueryDict) -> dict[str, Any]:
    """The page's own form: ratings as JSON beside plain fields."""
    try:
        ratings = parse_strict(form.get("ratings", ""))
        seconds = float(form.get("seconds", ""))
    except (ValueError, Invalid):
        raise Invalid(_("The page sent something that cannot be read. Please load it again.")) from None
    if not isinstance(ratings, dict):
        raise Invalid(_("The page sent something that cannot be read. Please load it again."))
    return {"ratings": ratings, "seconds": seconds, "client_key": form.get("client_key", "")}
