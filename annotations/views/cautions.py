"""What the rule on checks found: a rater reads why, answers and contests; a researcher settles it."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import get_caution_for, get_objection_for, get_own_caution_for, get_project_for
from annotations.domain.cautions import answer_caution, end_caution, see_cautions, set_rule
from annotations.domain.objections import contest_check, decide_objection
from annotations.forms.checks import RuleForm
from annotations.models import Caution, Ground, Objection, Role
from annotations.queries.cautions import count_waiting, list_cautions
from annotations.queries.checked_answers import list_answers_to, list_missed_tasks
from annotations.views.checks import render_checks
from annotations.views.shown_task import ShownAnswer, ShownTask, show_answers, show_task
from annotations.views.wording import name_for_raters
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid


@dataclass(frozen=True, slots=True)
class MissedCheck:
    """A check with what its rater said, what was expected or said before, and the objection to it."""

    public_id: UUID
    shown: ShownTask
    answers: tuple[ShownAnswer, ...]
    objection: Objection | None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def caution(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """By GET why the rater was cautioned, by POST what they say to it. Paused raters see it too."""
    held = get_own_caution_for(current_user(request), slug, public_id)
    if request.method == "POST":
        try:
            answer_caution(caution=held, text=request.POST.get("text", ""))
        except Invalid as error:
            return _show(request, held, error=error)
        messages.success(request, _("The researcher reads what you say."))
        return redirect("caution", slug, public_id)
    see_cautions(rater=held.rater)
    return _show(request, held)


@require_POST
@login_required
def contest(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Say that a known answer is wrong."""
    held = get_own_caution_for(current_user(request), slug, public_id)
    wanted = request.POST.get("task", "")
    task = next((task for task in list_missed_tasks(held) if str(task.public_id) == wanted), None)
    if task is None:
        raise Invalid.at(_("Only a check that you missed can be contested."), field="task")
    try:
        contest_check(caution=held, task=task, text=request.POST.get("text", ""))
    except Invalid as error:
        return _show(request, held, error=error)
    messages.success(request, _("The researcher looks at this known answer again."))
    return redirect("caution", slug, public_id)


@require_POST
@login_required
def change_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what follows from checks."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    form = RuleForm(request.POST)
    if form.is_valid():
        try:
            set_rule(project=project, actor=user, **form.read_rule())
        except Invalid as error:
            form.add_error(error.faults[0].field, error.faults[0].message)
        else:
            messages.success(request, _("The settings are kept."))
            return redirect("checks", slug)
    return render_checks(request, project, rule=form)


@never_cache
@require_safe
@login_required
def show_cautions(request: HttpRequest, slug: str) -> HttpResponse:
    """All cautions of the project, with what raters say and contest."""
    project = get_project_for(current_user(request), slug, Role.RESEARCHER)
    context = {
        "project": project,
        "cautions": list_cautions(project),
        "waiting": count_waiting(project),
    }
    return render(request, "annotations/cautions.html", context)


@require_POST
@login_required
def settle_caution(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Let the rater go on, with a word to them."""
    user = current_user(request)
    held = get_caution_for(user, slug, public_id)
    end_caution(caution=held, reply=request.POST.get("reply", ""), actor=user)
    messages.success(request, _("The rater may go on and reads what you say."))
    return redirect("cautions", slug)


@require_POST
@login_required
def settle_objection(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Let the known answer stand, or withdraw it, with a word to the rater."""
    user = current_user(request)
    objection = get_objection_for(user, slug, public_id)
    withdraw = request.POST.get("act") == "withdraw"
    decide_objection(objection=objection, withdraw=withdraw, reply=request.POST.get("reply", ""), actor=user)
    messages.success(
        request,
        _("The known answer is withdrawn, and all is counted again.")
        if withdraw
        else _("The known answer stands."),
    )
    return redirect("cautions", slug)


def _show(request: HttpRequest, held: Caution, *, error: Invalid | None = None) -> HttpResponse:
    objections = {objection.task_id: objection for objection in held.objections.all()}
    missed = []
    for task in list_missed_tasks(held):
        shown = show_task(task=task, rater=held.rater)
        answers = show_answers(list_answers_to(rater=held.rater, task_id=task.pk), shown=shown)
        missed.append(MissedCheck(task.public_id, shown, answers, objections.get(task.pk)))
    context = {
        "project": held.project,
        "heading": name_for_raters(held.project),
        "caution": held,
        "of_gold": held.ground == Ground.GOLD,
        "missed": missed,
        "error": error,
    }
    return render(request, "annotations/caution.html", context, status=400 if error else 200)
