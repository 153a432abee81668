"""What comes back of a batch is short, doubled, foreign, renamed or odd: every row still ends once, under a name."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any  # what a provider may send

import pytest

from annotations.models import Annotation
from judges.engine.batches import lane as batch_lane
from judges.models import BatchState, ProviderBatch, RunState
from judges.queries.progress import read_progress
from tests.fakes.provider import FakeProvider
from tests.judges.engine.batches.test_lane import VENDORS, count_states, hand_over, look, plan, work

pytestmark = pytest.mark.database(transaction=True)


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(("fate", "reason"), [("expired", "batch_expired"), ("errored", "http_500")])
def test_a_row_that_was_not_answered_is_tried_again_in_another_batch(
    vendor: str, fate: str, reason: str
) -> None:
    with FakeProvider() as fake:
        fake.desk.fates = [fate]
        run = plan(fake, vendor)
        hand_over(run)
        look(run)
        assert count_states(run) == {"done": 2, "failed": 1, "pending": 1}
        fake.desk.fates = []
        work(run, 2)
        assert [len(batch["rows"]) for batch in fake.desk.batches.values()] == [3, 1]
    assert (run.state, count_states(run)) == (RunState.FINISHED, {"done": 3, "failed": 1})
    assert list(run.attempts.filter(state="failed").values_list("failure", "cost")) == [(reason, Decimal(0))]


def drop_one(lines: list[str]) -> list[str]:
    return lines[1:]


def cut_last(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1][:40]]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("twist", [drop_one, cut_last])
def test_rows_that_lack_are_read_again_and_then_asked_again(
    vendor: str, twist: Callable[[list[str]], list[str]]
) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        hand_over(run)
        fake.desk.twist = twist
        look(run, batch_lane.MOST_MISREADS)
        assert count_states(run) == {"done": 2, "leased": 1}
        look(run)
        assert count_states(run) == {"done": 2, "failed": 1, "pending": 1}
        fake.desk.twist = lambda lines: lines
        work(run, 2)
    assert (run.state, read_progress(run).done, run.reserved) == (RunState.FINISHED, 3, Decimal(0))
    assert run.attempts.get(state="failed").failure == "batch_missing"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_file_that_was_cut_once_costs_nothing(vendor: str) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        hand_over(run)
        fake.desk.twist = cut_last
        look(run)
        fake.desk.twist = lambda lines: lines
        look(run)
    assert count_states(run) == {"done": 3}


@pytest.mark.parametrize("vendor", VENDORS)
def test_doubled_and_foreign_rows_change_nothing(vendor: str) -> None:
    with FakeProvider() as fake:
        run = plan(fake, vendor)
        hand_over(run)
        foreign = '{"custom_id": "b9b4d3b0-0000-4000-8000-000000000000", "result": {"type": "succeeded"}}'
        odd = ["[]", '{"custom_id": 7}', "null", "{}"]
        fake.desk.twist = lambda lines: [foreign, *lines, *lines, *odd]
        look(run)
    assert count_states(run) == {"done": 3}
    assert Annotation.objects.count() == 3
    assert ProviderBatch.objects.get().counts == {"unknown": 3, "duplicated": 3, "answered": 3}


ODD_BODIES: list[Any] = [None, [], "yes", {}, {"choices": []}, {"choices": [{"message": {"content": 3}}]}]


def test_a_server_that_renames_every_row_is_not_paid_without_end(settings: Any) -> None:
    settings.EVALPLATFORM_MAX_CALLS = 2
    with FakeProvider() as fake:
        run = plan(fake)
        fake.desk.twist = lambda lines: [line.replace('"custom_id": "', '"custom_id": "x') for line in lines]
        work(run, 12)
        assert len(fake.desk.batches) == 2
    assert (run.state, read_progress(run).failed) == (RunState.FINISHED, {"batch_missing": 3})


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_odd_batch_is_looked_at_again(vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts under any name and of any kind, moments that are none, no id: nothing of it is an error of ours."""
    odd: list[dict[str, Any]] = [
        {"request_counts": {"event\x00": 1, "a": -1, "b": "x", "c" * 99: 2}, "expires_at": 10**30},
        {"id": None},
        {"id": "../../files"},
        {"request_counts": None, "created_at": "yesterday", "metadata": 3},
    ]
    with FakeProvider() as fake:
        fake.desk.is_done = False
        run = plan(fake, vendor)
        hand_over(run)
        shown = fake.desk._show
        for more in odd:
            monkeypatch.setattr(fake.desk, "_show", lambda name, more=more: {**shown(name), **more})
            look(run)
            assert ProviderBatch.objects.get().state == BatchState.SUBMITTED
        monkeypatch.setattr(fake.desk, "_show", shown)
        fake.desk.is_done = True
        look(run)
    assert count_states(run) == {"done": 3}


def test_an_odd_row_is_a_named_failure(settings: Any) -> None:
    settings.EVALPLATFORM_MAX_CALLS = 1
    with FakeProvider() as fake:
        run = plan(fake, tasks=len(ODD_BODIES))
        bodies = iter(ODD_BODIES)
        fake.desk.answer = lambda path, body: next(bodies)
        hand_over(run)
        look(run)
    assert read_progress(run).failed == {"bad_reply": len(ODD_BODIES)}
    assert Annotation.objects.count() == 0
