"""Checks of a project: how many are asked, of which known answers, and how each rater does on them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import get_project_for, get_task_to_review_for
from annotations.domain.checking.gold import mark_gold, unmark_gold
from annotations.domain.checking.renew_known import approve_known
from annotations.domain.queue.checks import set_check_shares
from annotations.forms.checks import ChecksForm, RuleForm
from annotations.models import Project, Role
from annotations.queries.cautions import count_waiting
from annotations.queries.check_results import read_check_results
from annotations.queries.checks import find_expected, list_unrenewed
from annotations.queries.known_answers import asks_for_marks
from annotations.views.answer_form import read_form
from annotations.views.known_marks import read_marks_apart
from annotations.views.reviewing import show_case, show_to_reviewer
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Invalid

SHOWN = 100  # known answers that wait


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_checks(request: HttpRequest, slug: str) -> HttpResponse:
    """By GET what checks say and the forms of their shares and of the rule, by POST new shares."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    form = ChecksForm(request.POST) if request.method == "POST" else ChecksForm.describe(project)
    if request.method == "POST" and form.is_valid():
        try:
            set_check_shares(project=project, actor=user, **form.read_shares())
        except Invalid as error:
            form.add_error(None, error.faults[0].message)
        else:
            messages.success(request, _("The settings are kept."))
            return redirect("checks", slug)
    return render_checks(request, project, form=form)


@require_POST
@login_required
def set_gold(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Keep what the form says as the expected answer of a check or training task, or show what is missing."""
    actor = current_user(request)
    task = get_task_to_review_for(actor, slug, public_id, Role.RESEARCHER)
    shown = show_to_reviewer(task)
    ratings = read_form(request.POST, shown.fields, kept={})
    try:
        apart = read_marks_apart(request.POST, expected=find_expected(task))
        is_training = "training" in request.POST
        mark_gold(task=task, ratings=ratings, actor=actor, training=is_training, marks_apart=apart)
    except (Invalid, Conflict) as error:
        return show_case(request, task, error=error, sent=ratings)
    if "training" in request.POST:
        messages.success(request, _("From now on this task is asked in training."))
    else:
        messages.success(request, _("From now on this task is asked as a check."))
    return redirect("review-case", slug, public_id)


@require_POST
@login_required
def end_gold(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Deal the task like any other again."""
    actor = current_user(request)
    task = get_task_to_review_for(actor, slug, public_id, Role.RESEARCHER)
    unmark_gold(task=task, actor=actor)
    messages.success(request, _("This task is asked like any other again."))
    return redirect("review-case", slug, public_id)


@require_POST
@login_required
def approve_checks(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask known answers of earlier versions by the newest words: the one that is named, or all that wait."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    named = request.POST.get("task")
    try:
        tasks = None if named is None else [UUID(named)]
    except ValueError:
        raise Invalid.at("is no id", field="task") from None
    try:
        approved = approve_known(project=project, tasks=tasks, actor=user)
    except Conflict as error:
        messages.error(request, error.detail)
    else:
        words = ngettext("%(count)d known answer is asked.", "%(count)d known answers are asked.", approved)
        messages.success(request, words % {"count": approved})
    return redirect("checks", slug)


def render_checks(
    request: HttpRequest, project: Project, *, form: ChecksForm | None = None, rule: RuleForm | None = None
) -> HttpResponse:
    """The page, with a form as it was sent where there is one."""
    form, rule = form or ChecksForm.describe(project), rule or RuleForm.describe(project)
    context = {
        "project": project,
        "form": form,
        "rule": rule,
        "results": read_check_results(project),
        "waiting": count_waiting(project),
        "unrenewed": list_unrenewed(project)[:SHOWN],
        "asks_for_marks": asks_for_marks(project),
    }
    return render(
        request, "annotations/checks.html", context, status=400 if form.errors or rule.errors else 200
    )
