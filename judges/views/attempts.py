"""Every call to a provider: looked for by what became of it, and one by one with all that was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.models import Absent, Project
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid, Missing
from judges.access import get_project_with_runs_for, read_attempt_for
from judges.models import Attempt, AttemptState
from judges.protocols.order import read_order
from judges.queries.attempts import (
    Narrowing,
    find_attempt,
    find_judge_by_id,
    find_raw_reply,
    find_run,
    list_calls_before,
    list_tries_of,
    narrow_attempts,
)
from judges.queries.nouns import list_judges, list_runs
from judges.views.clips import clip_text, describe_parts, show_foreign
from judges.views.verdicts import describe_verdict
from judges.views.wording import FAILURES, describe_money, is_failure, name_failure

PAGE = 50
CHOICES = 50  # of runs and judges in a list to choose from
FILTERS = ("run", "judge", "state", "failure", "absent")
MOST_REPLY = MOST_PROMPT = 20_000  # bytes of HTML


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """A call as pages show it."""

    attempt: Attempt

    @property
    def failure(self) -> str:
        return name_failure(self.attempt.failure) if self.attempt.failure else ""

    @property
    def cost(self) -> str:
        return "" if self.attempt.ended_at is None else describe_money(self.attempt.cost)

    @property
    def moment(self) -> datetime:
        """When it began; until then, when it was planned."""
        return self.attempt.started_at or self.attempt.created_at

    @property
    def seconds(self) -> str:
        return (
            "—" if self.attempt.latency_ms is None else str(number_format(self.attempt.latency_ms / 1000, 2))
        )

    @property
    def finish_reason(self) -> str:
        return show_foreign(self.attempt.finish_reason)

    @property
    def returned_model(self) -> str:
        return show_foreign(self.attempt.returned_model)

    @property
    def detail(self) -> str:
        return show_foreign(self.attempt.detail)

    @property
    def order(self) -> str:
        """The numbers of the answers, from 1 in canonical order, as they were shown; empty for one answer."""
        return number_places(self.attempt.shown_order)

    @property
    def is_bad(self) -> bool:
        return self.attempt.state in (AttemptState.FAILED, AttemptState.LOST, AttemptState.QUARANTINED)


def number_places(shown_order: str) -> str:
    """The answers in the order shown, by their numbers from 1; empty for one answer."""
    return ", ".join(str(place + 1) for place in read_order(shown_order)) if shown_order else ""


@never_cache
@require_safe
@login_required
def show_attempts(request: HttpRequest, slug: str) -> HttpResponse:
    """Calls, newest first, fifty at a time."""
    project = get_project_with_runs_for(current_user(request), slug)
    asked = read_query(request.GET)
    found = narrow_attempts(project, read_narrowing(project, asked))
    if asked["after"]:
        found = list_calls_before(found, _find_cursor(project, asked["after"]))
    attempts = list(found[: PAGE + 1])
    context = {
        "project": project,
        "rows": [AttemptRow(attempt) for attempt in attempts[:PAGE]],
        "asked": asked,
        "runs": list_runs(project)[:CHOICES],
        "judges": list_judges(project).order_by("rater__name")[:CHOICES],
        "states": AttemptState.choices,
        "failures": [(reason, name_failure(reason)) for reason in _list_failures(asked["failure"])],
        "absents": Absent.choices,
        "next": _write_next(asked, attempts),
    }
    return render(request, "judges/attempts.html", context)


def read_query(given: QueryDict) -> dict[str, str]:
    """The filters and the cursor, empty where not given. Raises Invalid for any other parameter."""
    known = (*FILTERS, "after")
    for name in given:
        if name not in known:
            raise Invalid.at(f"is not known; there are {', '.join(known)}", field=name)
    return {name: given.get(name, "") for name in known}


def read_narrowing(project: Project, asked: Mapping[str, str]) -> Narrowing:
    """What is looked for. Raises Invalid for a value that cannot be."""
    run = judge = None
    if asked["run"]:
        run = find_run(project, _read_id(asked, "run"))
    if asked["judge"]:
        judge = find_judge_by_id(project, _read_id(asked, "judge"))
    checks = {
        "run": not asked["run"] or run is not None,
        "judge": not asked["judge"] or judge is not None,
        "state": asked["state"] in ("", *AttemptState.values),
        "failure": not asked["failure"] or is_failure(asked["failure"]),
        "absent": asked["absent"] in ("", *Absent.values),
    }
    for name, is_fine in checks.items():
        if not is_fine:
            raise Invalid.at("there is none of this value in the project", field=name)
    return Narrowing(run, judge, asked["state"], asked["failure"], asked["absent"])


def _read_id(asked: Mapping[str, str], name: str) -> UUID:
    try:
        return UUID(asked[name])
    except ValueError:
        raise Invalid.at("is no id", field=name) from None


def _find_cursor(project: Project, after: str) -> Attempt:
    last = find_attempt(project, _read_id({"after": after}, "after"))
    if last is None:
        raise Invalid.at("there is no such call in the project", field="after")
    return last


def _list_failures(chosen: str) -> list[str]:
    return list(FAILURES) if not chosen or chosen in FAILURES else [*FAILURES, chosen]


def _write_next(asked: Mapping[str, str], attempts: list[Attempt]) -> str:
    """The query of the next page; empty where this is the last."""
    if len(attempts) <= PAGE:
        return ""
    kept = {name: asked[name] for name in FILTERS if asked[name]}
    return urlencode({**kept, "after": str(attempts[PAGE - 1].public_id)})


@never_cache
@require_safe
@login_required
def show_attempt(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """One call: what was asked, what came back, what was made of it, and the tries before and after it."""
    attempt = read_attempt_for(current_user(request), slug, public_id)
    raw = find_raw_reply(attempt)
    context = {
        "project": attempt.run.project,
        "row": AttemptRow(attempt),
        "tries": [AttemptRow(other) for other in list_tries_of(attempt)],
        "ratings": describe_verdict(attempt),
        "request_parts": describe_parts(raw.request, most=MOST_PROMPT) if raw else [],
        "reply": clip_text(raw.reply, most=MOST_REPLY) if raw else None,
    }
    return render(request, "judges/attempt.html", context)


@never_cache
@require_safe
@login_required
def show_request(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """What was asked, as a part of a page that is fetched when it is unfolded."""
    raw = find_raw_reply(read_attempt_for(current_user(request), slug, public_id))
    parts = describe_parts(raw.request, most=MOST_PROMPT) if raw else []
    return render(request, "judges/_request.html", {"request_parts": parts})


@never_cache
@require_safe
@login_required
def download_reply(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """The raw reply, word for word, as a file: no browser runs what a provider sent."""
    attempt = read_attempt_for(current_user(request), slug, public_id)
    raw = find_raw_reply(attempt)
    if raw is None:
        raise Missing("There is no reply to this call.")
    response = HttpResponse(raw.reply.encode("utf-8", "replace"), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reply-{attempt.public_id}.txt"'
    return response
