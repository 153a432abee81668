"""The cases of a run one by one: question and answers as the judge saw them, verdict beside raw reply."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.domain.showing.material import TaskMaterial, mask_tasks
from annotations.models import Task
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid
from judges.access import read_run_for
from judges.engine.asking.questions import Questions
from judges.models import Attempt, AttemptState, Run
from judges.queries.judged_tasks import list_last_tries, list_tasks_of
from judges.views.attempts import AttemptRow, number_places
from judges.views.clips import Clip, clip_text
from judges.views.verdicts import ValueRead, describe_verdict

PAGE = 5
MOST_TEXT = (
    3_000  # bytes of HTML: ten calls with two answers each stay below 100 KB, and more share that room
)
MOST_REPLY = MOST_TOLD = 2_000
USUAL = 2  # answers, and calls, of a task
POLL_SECONDS = 3
OPEN = (AttemptState.PENDING, AttemptState.LEASED)


@dataclass(frozen=True, slots=True)
class Asked:
    """One call: the order in which it showed the answers, its verdict, its raw reply."""

    row: AttemptRow
    order: str
    ratings: list[ValueRead]
    reply: Clip | None

    @property
    def is_open(self) -> bool:
        return self.row.attempt.state in OPEN


@dataclass(frozen=True, slots=True)
class Case:
    """A task with all that was asked about it; answers are numbered in canonical order."""

    task: Task
    questions: list[Clip]
    answers: list[Clip]
    asked: list[Asked]


@never_cache
@require_safe
@login_required
def show_cases(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Five tasks at a time; a script asks again while a verdict of theirs is still to come."""
    run = read_run_for(current_user(request), slug, public_id)
    start = _read_start(request.GET.get("from", "0"))
    tasks = list(list_tasks_of(run)[start : start + PAGE + 1])
    cases = describe_cases(run, tasks[:PAGE])
    context = {
        "project": run.project,
        "run": run,
        "cases": cases,
        "start": start,
        "next": start + PAGE if len(tasks) > PAGE else None,
        "is_going": run.state == "running" and any(call.is_open for case in cases for call in case.asked),
        "poll_seconds": POLL_SECONDS,
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "judges/_cases.html" if is_fragment else "judges/cases.html", context)


def _read_start(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Invalid.at("must be a whole number from 0", field="from")
    return int(given)


def describe_cases(run: Run, tasks: list[Task]) -> list[Case]:
    """The cases of these tasks with the run's last call for each order."""
    calls, questions = list_last_tries(run, tasks), Questions(run)
    return [
        _describe(task, material, [call for call in calls if call.task_id == task.pk], questions)
        for task, material in zip(tasks, mask_tasks(tasks=tasks), strict=True)
    ]


def _describe(task: Task, material: TaskMaterial, calls: list[Attempt], questions: Questions) -> Case:
    most = USUAL * MOST_TEXT // max(len(material.replies), USUAL)
    requests = [text for text in material.requests if text]
    return Case(
        task,
        [
            clip_text(text, most=MOST_TEXT // len(requests), key=f"{task.public_id}-question-{n}")
            for n, text in enumerate(requests)
        ],
        [
            clip_text(reply.text, most=most, key=f"{task.public_id}-answer-{n}")
            for n, reply in enumerate(material.replies)
        ],
        [
            _describe_call(
                call,
                questions.find_order_of(call, task, len(material.replies)),
                USUAL * MOST_REPLY // max(len(calls), USUAL),
            )
            for call in calls
        ],
    )


def _describe_call(call: Attempt, order: str, most: int) -> Asked:
    raw = getattr(call, "raw_reply", None)
    reply = clip_text(raw.reply, most=most, key=f"{call.public_id}-reply") if raw else None
    return Asked(AttemptRow(call), number_places(order), describe_verdict(call, most=MOST_TOLD), reply)
