"""A project whose judges have worked: verdicts with requests and raw replies, failures, money, people beside them."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from annotations.models import Presentation, Project, RaterKind, Task
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_connection, create_judge
from judges.models import Attempt, Judge, RawReply, Run, RunState
from tests.factories.ledger import make_item, make_pair_rubric, make_pair_task, make_project, make_system
from tests.factories.ratings import make_rater, rate

QUESTION = "Why is the sky blue at noon, and red when the sun sets?"
ANSWERS = (
    "The air scatters blue light far more than red. At noon the path through it is short; at sunset it is long.",
    "The sky mirrors the sea. " * 30,
)
REPLY = (
    '{"id": "chatcmpl-1", "model": "fake-1", "choices": [{"message": {"content": "{\\"overall\\": ...}"}}]}'
)


@dataclass(frozen=True)
class Scene:
    """A project with people, a dear and a cheap judge, a baseline, and the dear one's run that is going on."""

    project: Project
    tasks: list[Task]
    run: Run


def make_scene(slug: str = "sky", *, tasks: int = 8, reply: str = REPLY) -> Scene:
    """Nothing is called: the rows are as a worker would have written them."""
    project = make_project(slug, title="Why the sky is blue")
    rubric = make_pair_rubric(project, labels={"en": "Which answer helps more?"})
    systems = make_system(project, "apex-9"), make_system(project, "zenith-1")
    made = [
        make_pair_task(
            project,
            rubric,
            systems=systems,
            texts=ANSWERS,
            item=make_item(project, QUESTION, key=f"item-{n}"),
        )
        for n in range(tasks)
    ]
    for name in ("ann", "bob"):
        person = make_rater(project, name)
        for n, task in enumerate(made):
            rate(task, person, "second" if n % 4 == 3 else "first")
    connection = create_connection(
        name="our account",
        provider="openai",
        base_url="http://127.0.0.1:9/v1",
        key="sk-1",
        projects=(project,),
    )
    parameters = {"price_in": 2.5, "price_out": 10, "temperature": 0, "calls_in_flight": 16}
    dear = create_judge(
        project=project,
        name="dear",
        protocol="pair",
        connection=connection,
        model="fake-1",
        parameters=parameters,
    )
    cheap = create_judge(
        project=project, name="cheap", protocol="pair", connection=connection, model="fake-1-mini",
        parameters={**parameters, "price_in": 0.15, "price_out": 0.6},
    )  # fmt: skip
    longest = create_judge(project=project, name="longest", protocol="pair", builtin="longest")
    _judge(made, longest, ("second",), Decimal(0), reply)
    _judge(made, cheap, ("first", "second"), Decimal("0.0004"), reply)
    run = _judge(made[: tasks // 2], dear, ("first", "first", "first", "second"), Decimal("0.012"), reply)
    make_rater(project, "gpt-imported", RaterKind.JUDGE)
    _trouble(run)
    return Scene(project, made, run)


def _judge(tasks: list[Task], judge: Judge, verdicts: tuple[str, ...], cost: Decimal, reply: str) -> Run:
    """A run over all open tasks in which these are answered."""
    run = plan_run(project=judge.project, judge=judge, budget=Decimal(2) if cost else None, wake=False)
    done = run.attempts.filter(task__in=tasks).select_related("task").order_by("pk")
    for n, attempt in enumerate(done):
        _answer(attempt, judge, verdicts[tasks.index(attempt.task) % len(verdicts)], cost)
        if not judge.builtin:
            request = {
                "model": judge.model,
                "system": "Judge.",
                "user": QUESTION,
                "schema": {"type": "object"},
            }
            RawReply.objects.create(project=judge.project, attempt=attempt, request=request, reply=reply)
        if n % 8 == 7:
            verdict = Attempt.objects.get(pk=attempt.pk).annotation
            assert verdict is not None
            verdict.ratings.update(code=None, absent="refused")
    left = run.attempts.filter(state="pending").exists()
    Run.objects.filter(pk=run.pk).update(
        spent=cost * done.count(),
        state=RunState.RUNNING if left else RunState.FINISHED,
        created_at=timezone.now() - timedelta(minutes=5),
    )
    run.refresh_from_db()
    return run


def _answer(attempt: Attempt, judge: Judge, verdict: str, cost: Decimal) -> None:
    given = rate(
        attempt.task, judge.rater, verdict, order=attempt.shown_order, presentation=Presentation.SHOWN
    )
    given.ratings.update(rationale="The first answer names the cause; the second repeats itself.")
    ended = timezone.now()
    Attempt.objects.filter(pk=attempt.pk).update(
        state="done", annotation=given, started_at=ended - timedelta(seconds=2), ended_at=ended, latency_ms=1830,
        cost=cost, tokens_in=812, tokens_cached=640, tokens_out=96, finish_reason="stop", returned_model="fake-1-2026",
    )  # fmt: skip


def _trouble(run: Run) -> None:
    """Two cases come to nothing, one of them after a second try."""
    first, second = run.attempts.filter(state="pending").order_by("pk")[:2]
    now = timezone.now()
    Attempt.objects.filter(pk=first.pk).update(
        state="failed", failure="http_429", ended_at=now, cost=0, latency_ms=40
    )
    Attempt.objects.create(
        project=run.project, run=run, rater=first.rater, task=first.task, shown_order=first.shown_order, number=2,
        state="failed", failure="timeout", detail="no end in time", ended_at=now, cost=Decimal("0.02"),
        latency_ms=60_000,
    )  # fmt: skip
    Attempt.objects.filter(pk=second.pk).update(
        state="quarantined", failure="worker_lost", ended_at=now, cost=Decimal("0.02")
    )
