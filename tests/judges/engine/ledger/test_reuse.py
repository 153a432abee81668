"""What was answered before in the project is not paid for twice, and nothing else is taken for it."""

from decimal import Decimal
from typing import Any  # parameters

import pytest

from annotations.models import Project, Rating, TaskKind
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_judge
from judges.models import Attempt, Connection, Judge, RawReply, Run
from judges.queries.progress import read_progress
from tests.factories.judging import make_connection, make_field, work
from tests.factories.ledger import next_number
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)
PRICES = {"price_in": 1, "price_out": 1}


def make_one(project: Project, connection: Connection, **parameters: Any) -> Judge:
    """A judge at this connection; `family` makes it another version that asks the same."""
    return create_judge(
        project=project,
        name=f"judge-{next_number()}",
        protocol="single",
        connection=connection,
        model=parameters.pop("model", "fake-1"),
        parameters={**PRICES, "family": f"f{next_number()}", **parameters},
    )


def judge_all(judge: Judge, **options: Any) -> Run:
    run = plan_run(project=judge.project, judge=judge, **options)
    work(run)
    run.refresh_from_db()
    return run


def test_a_second_judge_that_asks_the_same_costs_nothing() -> None:
    field = make_field(TaskKind.SINGLE, 3)
    with FakeProvider(faults=["two"]) as fake:
        connection = make_connection(fake.url)
        first = judge_all(make_one(field.project, connection))
        second = judge_all(make_one(field.project, connection))
        assert len(fake.requests) == 3
    assert (first.spent, second.spent, second.reserved) == (Decimal("0.00033"), Decimal(0), Decimal(0))
    origins = {a.task_id: a.pk for a in first.attempts.all()}
    rows = second.attempts.values_list("task_id", "reused_from_id", "state", "cost", "returned_model")
    assert sorted(rows) == [
        (task, origin, "done", Decimal(0), "fake-1-2026") for task, origin in sorted(origins.items())
    ]
    values = [
        list(
            Rating.objects.filter(annotation__rater=run.judge.rater)
            .order_by("pk")
            .values_list("number", flat=True)
        )
        for run in (first, second)
    ]
    assert sorted(map(str, values[0])) == sorted(map(str, values[1])) == ["2.0"] * 2 + ["3.0"] * 4
    assert RawReply.objects.count() == 3
    progress = read_progress(second)
    assert (progress.done, progress.tokens_in, progress.spent) == (3, 0, Decimal(0))


@pytest.mark.parametrize(
    "change",
    [{"model": "fake-2"}, {"temperature": 0.5}, {"seed": 1}, {"max_tokens": 99}, {"rationale": False}],
)
def test_whatever_can_change_the_answer_is_asked(change: dict[str, Any]) -> None:
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider() as fake:
        connection = make_connection(fake.url)
        judge_all(make_one(field.project, connection))
        second = judge_all(make_one(field.project, connection, **change))
        assert len(fake.requests) == 2
    assert second.attempts.get().reused_from is None


def test_another_project_or_address_is_asked() -> None:
    fields = [make_field(TaskKind.SINGLE, 1) for _ in range(2)]
    with FakeProvider() as fake, FakeProvider() as other:
        connections = make_connection(fake.url), make_connection(other.url)
        for field in fields:
            judge_all(make_one(field.project, connections[0]))
        assert len(fake.requests) == 2
        judge_all(make_one(fields[0].project, connections[1]))
        assert len(other.requests) == 1


def test_repeats_and_samples_are_always_asked() -> None:
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider() as fake:
        connection = make_connection(fake.url)
        judge_all(make_one(field.project, connection), repeats=3, repeat_tasks=1)
        assert len(fake.requests) == 3
        judge_all(make_one(field.project, connection), repeats=3, repeat_tasks=1)
        assert len(fake.requests) == 3 + 2
        for _ in range(2):
            judge_all(make_one(field.project, connection, samples=3))
        assert len(fake.requests) == 5 + 3 + 3


def test_a_run_may_ask_anew() -> None:
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider() as fake:
        connection = make_connection(fake.url)
        judge_all(make_one(field.project, connection))
        judge_all(make_one(field.project, connection), reuse=False)
        assert len(fake.requests) == 2


def test_a_reply_that_was_forgotten_or_cannot_be_read_is_asked_for_again() -> None:
    field = make_field(TaskKind.SINGLE, 2)
    with FakeProvider() as fake:
        connection = make_connection(fake.url)
        judge_all(make_one(field.project, connection))
        first, second = RawReply.objects.order_by("pk")
        first.delete()
        RawReply.objects.filter(pk=second.pk).update(reply="<html>")
        judge_all(make_one(field.project, connection))
        assert len(fake.requests) == 4
    assert not Attempt.objects.exclude(reused_from=None).exists()


def test_steps_are_reused_one_by_one() -> None:
    field = make_field(TaskKind.SINGLE, 1)
    with FakeProvider(faults=["unparsable"]) as fake:
        connection = make_connection(fake.url)
        judge_all(make_one(field.project, connection))
        assert len(fake.requests) == 2
        run = judge_all(make_one(field.project, connection))
        assert len(fake.requests) == 2
    assert sorted(run.attempts.values_list("step", "state")) == [("", "said"), ("repair", "done")]
