"""Calls looked for and looked at: filters, paging, the raw reply that is data and nothing else."""

import pytest
from django.test import Client
from django.utils import timezone

from annotations.models import Presentation, Rating, Role
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.models import Attempt, RawReply, Run
from judges.views.attempts import PAGE
from tests.factories.callers import sign_in
from tests.factories.judging import Field, make_field
from tests.factories.ratings import rate

pytestmark = pytest.mark.database
HOSTILE = '<script>alert(1)</script>\u202egpj.exe\x07 & "quoted"'


@pytest.fixture
def field() -> Field:
    return make_field(slug="study", tasks=3)


@pytest.fixture
def run(field: Field) -> Run:
    judge = create_judge(project=field.project, name="longest", protocol="pair", builtin="longest")
    run = plan_run(project=field.project, judge=judge, wake=False)
    answer(run)
    return run


def answer(run: Run) -> None:
    """What the builtin would say: the longer answer, which stands second in every second task."""
    for attempt in run.attempts.select_related("task", "rater"):
        longer = (
            "second" if attempt.task.rank == run.attempts.order_by("task__rank")[2].task.rank else "first"
        )
        verdict = rate(
            attempt.task, attempt.rater, longer, order=attempt.shown_order, presentation=Presentation.SHOWN
        )
        Attempt.objects.filter(pk=attempt.pk).update(
            state="done", annotation=verdict, ended_at=timezone.now(), cost=0, latency_ms=20
        )


def count_rows(client: Client, query: str) -> int:
    return client.get(f"/p/study/calls/?{query}").content.decode().count("<tr>") - 1


def test_filters_narrow_down(field: Field, run: Run) -> None:
    client = sign_in(field.project, Role.REVIEWER)
    first = run.attempts.order_by("pk")[0]
    Rating.objects.filter(annotation=first.annotation).update(code=None, absent="refused")
    Attempt.objects.filter(pk=run.attempts.order_by("pk")[1].pk).update(
        state="quarantined", failure="timeout"
    )
    found = {
        query: count_rows(client, query)
        for query in (
            "", f"run={run.public_id}", f"judge={run.judge.public_id}", "state=done", "failure=timeout",
            "absent=refused", "absent=refused&state=done", "run=&judge=&state=&failure=&absent=",
        )
    }  # fmt: skip
    assert list(found.values()) == [6, 6, 6, 5, 1, 1, 1, 6]


@pytest.mark.parametrize(
    "query",
    [
        "colour=red", "state=gone", "failure=%3Cscript%3E", "failure=http_999", "absent=mood", "run=1",
        "run=00000000-0000-4000-8000-000000000000", "judge=x", "after=x",
        "after=00000000-0000-4000-8000-000000000000", "run=%00",
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(field: Field, run: Run, query: str) -> None:
    assert sign_in(field.project, Role.REVIEWER).get(f"/p/study/calls/?{query}").status_code == 400


def test_every_call_is_on_one_page(field: Field, run: Run) -> None:
    task, rater = field.tasks[0], run.judge.rater
    Attempt.objects.bulk_create(
        Attempt(
            project=field.project,
            run=run,
            rater=rater,
            task=task,
            repeat=n,
            state="failed",
            failure="timeout",
        )
        for n in range(1, PAGE + 10)
    )
    client, address, seen = sign_in(field.project, Role.REVIEWER), "/p/study/calls/", []
    while address:
        page = client.get(address).content.decode()
        assert len(page.encode()) < 100_000
        seen += [part.partition('/"')[0] for part in page.split('<td><a href="/p/study/calls/')[1:]]
        rest = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        address = f"/p/study/calls/{rest}" if rest else ""
    newest_first = Attempt.objects.order_by("-pk").values_list("public_id", flat=True)
    assert seen == list(map(str, newest_first))


def test_a_hostile_reply_is_text(field: Field, run: Run) -> None:
    attempt = run.attempts.order_by("pk")[0]
    request = {"model": "fake", "system": HOSTILE, "user": "Rate."}
    RawReply.objects.create(project=field.project, attempt=attempt, request=request, reply=HOSTILE * 40_000)
    client = sign_in(field.project, Role.REVIEWER)
    for address in (
        f"/p/study/calls/{attempt.public_id}/",
        f"/p/study/calls/{attempt.public_id}/request/",
        f"/p/study/runs/{run.public_id}/cases/",
    ):
        answer = client.get(address)
        page = answer.content.decode()
        assert len(answer.content) < 100_000
        assert "<script>alert" not in page
        assert "\u202e" not in page
        assert "\x07" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩gpj.exe\N{REPLACEMENT CHARACTER}" in page


def test_the_whole_reply_is_a_file_that_no_browser_runs(field: Field, run: Run) -> None:
    attempt = run.attempts.order_by("pk")[0]
    RawReply.objects.create(project=field.project, attempt=attempt, request={}, reply=HOSTILE)
    answer = sign_in(field.project, Role.REVIEWER).get(f"/p/study/calls/{attempt.public_id}/reply.txt")
    assert answer.content.decode() == HOSTILE
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="reply-{attempt.public_id}.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_no_reply_is_no_file(field: Field, run: Run) -> None:
    attempt = run.attempts.order_by("pk")[0]
    assert (
        sign_in(field.project, Role.REVIEWER).get(f"/p/study/calls/{attempt.public_id}/reply.txt").status_code
        == 404
    )


def test_a_verdict_reads_as_the_judge_saw_the_answers(field: Field, run: Run) -> None:
    """The longer answer stands second in canonical order of the second task: shown first in the swapped one."""
    swapped = run.attempts.get(task=field.tasks[1], shown_order="1,0")
    assert swapped.annotation is not None
    assert swapped.annotation.ratings.get().code == "second"
    page = sign_in(field.project, Role.REVIEWER).get(f"/p/study/calls/{swapped.public_id}/").content.decode()
    assert "the answer shown first" in page


def test_all_tries_of_a_case_are_named(field: Field, run: Run) -> None:
    attempt = run.attempts.order_by("pk")[0]
    earlier = Attempt.objects.create(
        project=field.project, run=run, rater=attempt.rater, task=attempt.task, state="failed",
        shown_order=attempt.shown_order, number=2, failure="http_429",
    )  # fmt: skip
    page = sign_in(field.project, Role.REVIEWER).get(f"/p/study/calls/{attempt.public_id}/").content.decode()
    assert f'<li value="2"><a href="/p/study/calls/{earlier.public_id}/">failed</a>' in page
    assert "too many calls for the provider&#x27;s limit" in page


@pytest.mark.parametrize("start", ["-1", "x", "1e3", "99999999999", "²"])
def test_a_page_of_cases_begins_at_a_whole_number(field: Field, run: Run, start: str) -> None:
    assert (
        sign_in(field.project, Role.REVIEWER)
        .get(f"/p/study/runs/{run.public_id}/cases/", {"from": start})
        .status_code
        == 400
    )


def test_cases_show_question_answers_and_both_orders(field: Field, run: Run) -> None:
    page = sign_in(field.project, Role.REVIEWER).get(f"/p/study/runs/{run.public_id}/cases/").content.decode()
    assert page.count('class="card case"') == 3
    assert page.count("Why is the sky blue?") == 3
    assert page.count("[[Short.]]") == 3
    assert (page.count("Shown in the order 1, 2"), page.count("Shown in the order 2, 1")) == (3, 3)
