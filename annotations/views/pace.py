"""A person's own pace and pay in a project, and their records as a table."""

import csv

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.access import find_own_rater_for
from annotations.domain.projects.pay import measure_pace
from annotations.queries.own_work import AnsweredTask, list_answered_tasks
from annotations.views.wording import name_for_raters
from evalplatform.accounts.session import current_user
from evalplatform.common.clock import database_now


@never_cache
@require_safe
@login_required
def show_pace(request: HttpRequest, slug: str) -> HttpResponse:
    """How much the person has answered, how fast, and what it comes to. Paused raters see it too."""
    project, rater = find_own_rater_for(current_user(request), slug)
    answered = list_answered_tasks(rater=rater) if rater else []
    now = timezone.localtime(database_now())
    context = {
        "project": project,
        "heading": name_for_raters(project),
        "pace": measure_pace(project=project, answered=answered, now=now),
        "zone": now.tzname(),
    }
    return render(request, "annotations/pace.html", context)


@never_cache
@require_safe
@login_required
def export_pace(request: HttpRequest, slug: str) -> HttpResponse:
    """The same work, one line a task, as CSV."""
    project, rater = find_own_rater_for(current_user(request), slug)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-my-work.csv"'
    writer = csv.writer(response)
    writer.writerow(["task", "answered_at", "seconds"])
    writer.writerows(map(_spell, list_answered_tasks(rater=rater) if rater else []))
    return response


def _spell(task: AnsweredTask) -> list[str]:
    return [str(task.task), task.answered_at.isoformat(), f"{task.seconds:.2f}"]
