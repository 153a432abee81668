"""Cases of several calls, against a fake provider over real HTTP."""

from decimal import Decimal
from typing import Any  # settings

import pytest
from django.db.models import Count

from annotations.models import Annotation, Rating, TaskKind
from judges.engine.ledger.control import cancel_run, conclude_run, resume_run
from judges.engine.ledger.leases import claim_attempts, release_shard, take_shard
from judges.engine.planning.plan import plan_run
from judges.engine.sweep import sweep_once
from judges.models import Attempt, RawReply, Run, RunState
from judges.queries.progress import read_progress
from tests.factories.judging import make_field, make_judge, work
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.database(transaction=True)


def start(fake: FakeProvider, kind: TaskKind = TaskKind.SINGLE, tasks: int = 1, **parameters: Any) -> Run:
    field = make_field(kind, tasks)
    judge = make_judge(field.project, fake.url, kind, **parameters)
    return plan_run(project=field.project, judge=judge)


def finish(run: Run) -> Run:
    work(run)
    conclude_run(run_id=run.pk)
    run.refresh_from_db()
    return run


def list_steps(run: Run) -> list[tuple[str, str]]:
    return list(run.attempts.order_by("pk").values_list("step", "state"))


def test_a_reply_that_cannot_be_read_is_repaired_by_one_call_on_the_bill() -> None:
    with FakeProvider(faults=["unparsable"]) as fake:
        run = finish(start(fake, price_in=1, price_out=1))
    assert list_steps(run) == [("", "said"), ("repair", "done")]
    assert run.spent == Decimal("0.000220")
    assert run.attempts.get(step="").said == {
        "answers": {"correctness": {"absent": "unparsable"}, "clarity": {"absent": "unparsable"}},
        "words": "I would say the first.",
    }
    assert list(Rating.objects.values_list("number", "meta")) == [(3.0, {"repaired": True})] * 2
    assert Annotation.objects.get().attempt.step == "repair"
    assert RawReply.objects.count() == 2
    progress = read_progress(run)
    assert (progress.done, progress.total, progress.calls, progress.absent) == (1, 1, 2, {})
    assert run.state == RunState.FINISHED


def test_a_repair_shows_the_reply_fenced_and_no_material() -> None:
    with FakeProvider(faults=["unparsable"]) as fake:
        finish(start(fake))
    first, repair = (request["messages"] for request in fake.requests)
    shown = repair[1]["content"]
    nonce = shown.split("<<", 1)[1].split(" ", 1)[0]
    assert f"<<{nonce} reply>>\nI would say the first.\n<</{nonce}>>" in shown
    assert nonce not in first[0]["content"] + first[1]["content"]
    assert "[[Answer 0.]]" in first[1]["content"]
    assert "[[Answer 0.]]" not in shown


def test_a_repair_is_not_repaired() -> None:
    with FakeProvider(always="unparsable") as fake:
        run = finish(start(fake, TaskKind.PAIR))
    assert sorted(list_steps(run)) == [("", "said")] * 2 + [("repair", "done")] * 2
    assert read_progress(run).absent == {"unparsable": 2}


def test_a_repaired_pair_is_turned_to_the_canonical_order() -> None:
    with FakeProvider(faults=["unparsable", "unparsable"]) as fake:
        run = finish(start(fake, TaskKind.PAIR, calls_in_flight=1))
    codes = Rating.objects.order_by("annotation__shown_order").values_list("annotation__shown_order", "code")
    # The reply names neither answer, so the fake finds both empty and takes the first as shown.
    assert list(codes) == [("0,1", "first"), ("1,0", "second")]
    assert run.attempts.count() == 4


def test_a_call_for_each_criterion_asks_for_that_one_alone() -> None:
    with FakeProvider() as fake:
        run = finish(start(fake, tasks=2, one_call_per_criterion=True))
    assert dict(run.attempts.values_list("state").annotate(n=Count("pk")).order_by()) == {
        "said": 2,
        "done": 2,
    }
    schemas = [request["response_format"]["json_schema"]["schema"]["required"] for request in fake.requests]
    assert sorted(schemas) == [["clarity"]] * 2 + [["correctness"]] * 2
    asked = {request["messages"][1]["content"].strip().rsplit(": ", 1)[1] for request in fake.requests}
    assert asked == {"clarity.", "correctness."}
    assert Annotation.objects.count() == 2
    assert list(Rating.objects.values_list("number", flat=True)) == [3.0] * 4
    assert read_progress(run).total == 2


def test_a_failed_step_is_tried_again_alone(settings: Any) -> None:
    with FakeProvider(faults=["500"]) as fake:
        run = finish(start(fake, one_call_per_criterion=True, calls_in_flight=1))
    assert list_steps(run) == [("criterion-1", "failed"), ("criterion-2", "said"), ("criterion-1", "done")]
    assert len(fake.requests) == 3


def test_a_case_with_a_step_given_up_has_failed_and_goes_on_where_it_stood() -> None:
    with FakeProvider(faults=["400"]) as fake:
        run = finish(start(fake, one_call_per_criterion=True, calls_in_flight=1))
        progress = read_progress(run)
        assert (progress.failed, progress.total, progress.done) == ({"http_400": 1}, 1, 0)
        resume_run(run=run)
        finish(run)
    assert (read_progress(run).failed, Annotation.objects.count(), len(fake.requests)) == ({}, 1, 3)


def test_a_run_that_was_called_off_midway_leaves_its_cases_to_the_next() -> None:
    with FakeProvider(faults=["400"]) as fake:
        first = finish(start(fake, one_call_per_criterion=True, calls_in_flight=1))
        second = plan_run(project=first.project, judge=first.judge)
        assert list_steps(second) == [("criterion-1", "pending"), ("criterion-2", "pending")]
        assert list(second.attempts.values_list("number", flat=True)) == [2, 2]
        resume_run(run=first)
        assert first.attempts.count() == 2
        cancel_run(run=first)
        finish(second)
    assert Annotation.objects.count() == 1


def test_a_lost_worker_repeats_the_calls_in_flight_and_no_others() -> None:
    with FakeProvider() as fake:
        run = start(fake, one_call_per_criterion=True, calls_in_flight=1)
        work(run, should_stop=lambda: len(fake.requests) >= 1)
        assert list_steps(run) == [("criterion-1", "said"), ("criterion-2", "pending")]
        lease = take_shard(run_id=run.pk, number=0)
        assert lease is not None
        assert len(claim_attempts(lease=lease, limit=5)) == 1
        release_shard(lease=lease)
        Attempt.objects.filter(state="leased").update(leased_until="2020-01-01T00:00:00Z")
        assert sweep_once()["lost"] == 1
        finish(run)
    assert list_steps(run) == [("criterion-1", "said"), ("criterion-2", "lost"), ("criterion-2", "done")]
    assert len(fake.requests) == 2
    assert list(Rating.objects.values_list("number", flat=True)) == [3.0, 3.0]


def test_samples_are_voted_on_and_their_share_is_kept() -> None:
    with FakeProvider(faults=["two", "four", "two", "two"]) as fake:
        run = finish(start(fake, samples=5, early_stop=True, temperature=1, seed=10, calls_in_flight=1))
    rows = Rating.objects.values_list("number", "confidence", "meta__votes")
    assert list(rows) == [(2.0, 0.75, {"2.0": 3, "4.0": 1})] * 2
    assert list_steps(run) == [
        ("sample-1", "said"),
        ("sample-2", "said"),
        ("sample-3", "said"),
        ("sample-4", "done"),
    ]
    assert [request["seed"] for request in fake.requests] == [10, 11, 12, 13]
    assert Annotation.objects.count() == 1


def test_reasoning_comes_before_the_value_and_stands_for_the_rationale() -> None:
    with FakeProvider() as fake:
        finish(start(fake, reasoning=True))
    parts = fake.requests[0]["response_format"]["json_schema"]["schema"]["properties"]
    assert {key: list(part["properties"]) for key, part in parts.items()} == {
        "correctness": ["reasoning", "value"],
        "clarity": ["reasoning", "value"],
    }
    assert {r.rationale for r in Rating.objects.all()} == {"Because it says more."}


@pytest.mark.parametrize(("shows", "count"), [(True, 1), (False, 0)])
def test_a_reference_is_shown_or_hidden(shows: bool, count: int) -> None:
    with FakeProvider() as fake:
        field = make_field(TaskKind.SINGLE, 1)
        field.tasks[0].item.reference = "The planted reference."
        field.tasks[0].item.save()
        judge = make_judge(field.project, fake.url, "single", reference=shows)
        finish(plan_run(project=field.project, judge=judge))
    assert fake.requests[0]["messages"][1]["content"].count("The planted reference.") == count


def test_a_judge_that_needs_a_reference_leaves_the_other_tasks_alone() -> None:
    field = make_field(TaskKind.SINGLE, 5)
    references: list[Any] = ["Four.", None, "", ["", "Two."], []]
    for task, reference in zip(field.tasks, references, strict=True):
        task.item.reference = reference
        task.item.save()
    judge = make_judge(field.project, "http://127.0.0.1:9/v1", "single", needs_reference=True)
    run = plan_run(project=field.project, judge=judge, limit=2)
    assert set(run.attempts.values_list("task", flat=True)) == {field.tasks[0].pk, field.tasks[3].pk}
    assert Attempt.objects.count() == 2
