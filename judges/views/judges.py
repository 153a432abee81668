"""The judges of a project, and one judge: what it is, what it would ask, and how to try it."""

from typing import Any  # examples are JSON
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.models import SPECIMEN
from evalplatform.accounts.session import current_user
from judges.access import (
    get_judge_to_use_for,
    get_project_with_runs_for,
    may_steer_runs,
    read_judge_for,
)
from judges.engine.asking.preview import preview_request
from judges.engine.ledger.recording import describe_request
from judges.engine.money.pricing import find_price
from judges.engine.planning.plan import plan_run
from judges.engine.planning.rateable import count_left_out, find_first_task
from judges.models import Judge
from judges.protocols import PROTOCOLS
from judges.queries.attempts import list_runs_of
from judges.queries.judge_list import JudgeLine, list_judge_lines, read_judge_line
from judges.queries.split import is_candidate
from judges.views.clips import LONG, clip_text, describe_parts, show_foreign
from judges.views.wording import describe_money

TRIED = 5  # tasks a judge is tried on
SHOWN_RUNS = 5
MOST_PART = 20_000  # bytes of HTML


@never_cache
@require_safe
@login_required
def show_judges(request: HttpRequest, slug: str) -> HttpResponse:
    """All judges with what they are, did and cost."""
    actor = current_user(request)
    project = get_project_with_runs_for(actor, slug)
    context = {
        "project": project,
        "lines": [_describe(line) for line in list_judge_lines(project)],
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/judges.html", context)


@never_cache
@require_safe
@login_required
def show_judge(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """One judge with its parameters and its latest runs."""
    actor = current_user(request)
    judge = read_judge_for(actor, slug, public_id)
    context = {
        "project": judge.project,
        **_describe(read_judge_line(judge)),
        "parameters": sorted(judge.parameters.items()),
        "left_out": count_left_out(judge),
        "examples": [_describe_example(example) for example in judge.examples],
        "runs": list_runs_of(judge, SHOWN_RUNS),
        "tried": TRIED,
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/judge.html", context)


def _describe_example(example: dict[str, Any]) -> dict[str, object]:
    """An example's request and its values; its whole texts are in the preview."""
    exchanges = example["shown"]["answers"][0]["exchanges"]
    return {
        "request": clip_text(exchanges[-1]["request"], most=LONG),
        "values": [(key, show_foreign(str(value))) for key, value in example["values"].items()],
    }


def _describe(line: JudgeLine) -> dict[str, object]:
    judge = line.judge
    is_unknown = line.runs and not line.spent and find_price(judge) is None
    return {
        "judge": judge,
        "line": line,
        "is_specimen": bool(judge.rater.attributes.get(SPECIMEN)),
        "is_candidate": is_candidate(judge),
        "spent": describe_money(None if is_unknown else line.spent),
    }


@never_cache
@require_safe
@login_required
def show_preview(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """The request for the first fitting task, word for word; nobody is called."""
    judge = read_judge_for(current_user(request), slug, public_id)
    rule = PROTOCOLS[judge.protocol]
    task = find_first_task(judge)
    context: dict[str, object] = {"project": judge.project, "judge": judge, "task": task}
    if task is not None:
        case = preview_request(judge=judge, task=task, shown_order=rule.orders[0])
        context |= {
            "request_parts": describe_parts(describe_request(case.request), most=MOST_PART),
            "estimate": describe_money(case.estimate),
        }
    return render(request, "judges/preview.html", context)


@require_POST
@login_required
def try_judge(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Let the judge rate its next five tasks, and go and see what comes of it."""
    actor = current_user(request)
    judge: Judge = get_judge_to_use_for(actor, slug, public_id)
    run = plan_run(project=judge.project, judge=judge, limit=TRIED, user=actor)
    if not run.attempts.exists():
        messages.info(request, _("There is nothing left for this judge to rate."))
        return redirect("run", slug, run.public_id)
    return redirect("run-cases", slug, run.public_id)
