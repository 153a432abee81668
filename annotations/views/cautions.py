"""What the rule on checks found: a rater reads why, answers and contests; a researcher settles it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import get_caution_for, get_objection_for, get_own_caution_for, get_project_for
from annotations.domain.checking.cautions import answer_caution, end_caution, see_cautions, set_rule
from annotations.domain.checking.objections import contest_check, decide_objection
from annotations.domain.showing.material import mask_tasks
from annotations.forms.checks import RuleForm
from annotations.models import Caution, Ground, Objection, Project, Role, Task
from annotations.queries.cautions import (
    count_waiting,
    find_caution,
    list_after,
    list_cautions,
    list_contested,
)
from annotations.queries.checked_answers import find_missed_task, list_answers_to, list_missed_tasks
from annotations.views.checks import render_checks
from annotations.views.shown_task import ShownAnswer, ShownTask, show_answers, show_task
from annotations.views.wording import name_for_raters
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid

PAGE = 20  # cautions
MISSED_PAGE = 10  # checks of one caution, each with its texts


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
    task = find_missed_task(held, wanted)
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
    """Cautions of the project with what raters say and contest, some at a time; or those where somebody contests."""
    project = get_project_for(current_user(request), slug, Role.RESEARCHER)
    is_contested = request.GET.get("show") == "contested"
    found = list_contested(project) if is_contested else list_cautions(project)
    if after := request.GET.get("after"):
        found = list_after(found, _find_last(project, after))
    cautions = list(found[: PAGE + 1])
    kept = {"show": "contested"} if is_contested else {}
    context = {
        "project": project,
        "cautions": cautions[:PAGE],
        "waiting": count_waiting(project),
        "is_contested": is_contested,
        "next": urlencode({**kept, "after": cautions[PAGE - 1].public_id}) if len(cautions) > PAGE else "",
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


def _find_last(project: Project, after: str) -> Caution:
    """The last caution of the page before. Raises Invalid."""
    try:
        last = find_caution(project, UUID(after))
    except ValueError:
        raise Invalid.at("is no id", field="after") from None
    if last is None:
        raise Invalid.at("there is no such warning in the project", field="after")
    return last


def _show(request: HttpRequest, held: Caution, *, error: Invalid | None = None) -> HttpResponse:
    start = _read_start(request)
    tasks = list_missed_tasks(held, start=start, most=MISSED_PAGE + 1)
    context = {
        "project": held.project,
        "heading": name_for_raters(held.project),
        "caution": held,
        "of_gold": held.ground == Ground.GOLD,
        "missed": _show_missed(held, tasks[:MISSED_PAGE]),
        "start": start,
        "next": start + MISSED_PAGE if len(tasks) > MISSED_PAGE else None,
        "error": error,
    }
    return render(request, "annotations/caution.html", context, status=400 if error else 200)


def _show_missed(held: Caution, tasks: Sequence[Task]) -> list[MissedCheck]:
    """What is read does not grow with the tasks."""
    objections = {objection.task_id: objection for objection in held.objections.all()}
    answers = list_answers_to(rater=held.rater, tasks=tasks)
    missed = []
    for task, material in zip(tasks, mask_tasks(tasks=tasks), strict=True):
        shown = show_task(task=task, rater=held.rater, material=material)
        said = show_answers(answers[task.pk], shown=shown)
        missed.append(MissedCheck(task.public_id, shown, said, objections.get(task.pk)))
    return missed


def _read_start(request: HttpRequest) -> int:
    given = request.GET.get("from", "0")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Invalid.at("must be a whole number from 0", field="from")
    return int(given)
